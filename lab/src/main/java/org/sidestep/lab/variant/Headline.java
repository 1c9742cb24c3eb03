package org.sidestep.lab.variant;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.sidestep.experiment.CellResult;

/** The one number by which a cell is compared with others: one way if it has that, else a round, else the whole. */
public final class Headline {

    private static final List<String> METRICS =
            List.of("oneway.cycles.median", "roundtrip.cycles.median", "cycles.total");

    private Headline() {}

    /** The name of the metric, if the cell was measured. */
    public static Optional<String> metric(CellResult result) {
        SortedMap<String, Double> metrics = result.metrics().flat();
        return METRICS.stream().filter(metrics::containsKey).findFirst();
    }

    /** Whether cells are compared by a metric of that name. */
    public static boolean isOne(String metric) {
        return METRICS.contains(metric);
    }

    public static Optional<Double> value(CellResult result) {
        return metric(result).map(result.metrics().flat()::get);
    }
}
