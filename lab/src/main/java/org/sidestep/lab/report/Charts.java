package org.sidestep.lab.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Timeline.Slice;
import org.sidestep.lab.layout.Spread;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Part.Bar;
import org.sidestep.lab.report.Part.Bars;
import org.sidestep.lab.report.Part.Lane;
import org.sidestep.lab.report.Part.Stretch;
import org.sidestep.lab.report.Part.Timelines;
import org.sidestep.lab.report.Part.Variant;

/** What is drawn of the cells of one workload. */
final class Charts {

    private static final String ONE_WAY = "oneway.cycles";
    /** How to read a timeline. */
    static final String ROWS = "Upper rows: threads at user level (those inside one kernel thread are not told"
            + " apart). Lower rows: kernel code, and the thread that the kernel believes in.";

    private static final String NOTE =
            "The first rounds; cycle 0 is the begin of measuring. Any other stretch of a cell: ./sidestep"
                    + " trace CELL --from +1000 --to +9000 --out timeline.html. " + ROWS;

    private Charts() {}

    /** A bar per cell, or what became of it, under a heading per variant; nothing if no cell measures it. */
    static Optional<Bars> oneWay(Results results, Group group) {
        List<Bar> bars = new ArrayList<>();
        List<String> policies = new ArrayList<>();
        Optional<String> variant = Optional.empty();
        boolean measured = false;
        for (Cell cell : group.cells()) {
            CellResult result = results.cells().get(cell);
            Distribution oneWay = result.metrics().distributions().get(ONE_WAY);
            if (result.ok() && oneWay == null) continue;
            measured |= result.ok();
            boolean begins = !variant.equals(Optional.of(group.variant(cell)));
            variant = Optional.of(group.variant(cell));
            String policy = group.policy(cell);
            if (!policies.contains(policy)) policies.add(policy);
            Optional<Spread> spread = Spreads.of(results, cell, ONE_WAY + ".median");
            bars.add(new Bar(
                    begins ? variant.get() : "",
                    policy,
                    result.ok() ? Numbers.tidy(oneWay.median()) : BigDecimal.ZERO,
                    spread.map(Spread::low).map(Numbers::tidy).orElse(null),
                    spread.map(Spread::high).map(Numbers::tidy).orElse(null),
                    policies.indexOf(policy),
                    result.ok() ? "" : result.status() + ": " + result.shortReason()));
        }
        String title = results.layouts().several()
                ? String.format(
                        Locale.ROOT,
                        "One way, median cycles of %d layouts",
                        results.layouts().count())
                : "One way, median cycles";
        return measured ? Optional.of(new Bars(title, bars)) : Optional.empty();
    }

    /** Of each variant a lane per policy; first that which most policies have been measured in. */
    static Optional<Timelines> whoRuns(Results results, Group group) {
        Map<String, Map<String, Cell>> variants = new LinkedHashMap<>();
        for (Cell cell : results.cells().keySet()) {
            if (!group.cells().contains(cell)) continue;
            if (slices(results, cell).isEmpty()) continue;
            variants.computeIfAbsent(group.variant(cell), v -> new LinkedHashMap<>())
                    .putIfAbsent(group.policy(cell), cell);
        }
        if (variants.isEmpty()) return Optional.empty();
        List<String> threads = new ArrayList<>();
        List<Variant> shown = new ArrayList<>();
        int chosen = 0;
        for (Map.Entry<String, Map<String, Cell>> variant : variants.entrySet()) {
            List<Lane> lanes = new ArrayList<>();
            variant.getValue().forEach((policy, cell) -> lanes.add(lane(policy, slices(results, cell), threads)));
            shown.add(new Variant(variant.getKey(), lanes));
            if (lanes.size() > shown.get(chosen).lanes().size()) chosen = shown.size() - 1;
        }
        return Optional.of(new Timelines("Who runs", NOTE, threads, chosen, shown));
    }

    static Lane lane(String policy, List<Slice> slices, List<String> threads) {
        List<Stretch> stretches = new ArrayList<>();
        for (Slice slice : slices) {
            stretches.add(new Stretch(
                    slice.from(),
                    slice.to(),
                    slice.kernel(),
                    index(threads, slice.thread()),
                    index(threads, slice.believed())));
        }
        return new Lane(policy, slices.get(slices.size() - 1).to(), stretches);
    }

    private static int index(List<String> threads, String thread) {
        if (!threads.contains(thread)) threads.add(thread);
        return threads.indexOf(thread);
    }

    private static List<Slice> slices(Results results, Cell cell) {
        return results.cells().get(cell).timeline().slices();
    }
}
