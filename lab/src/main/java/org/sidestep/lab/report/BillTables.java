package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.Cause;

/** What the cycles of an interval were spent on, on average, for the terminal. */
public final class BillTables {

    private static final String BILL = "bill.";
    private static final String PARTS = ".parts";

    /** What is shown when nothing is asked for, if a cell has it. */
    private static final List<String> USUAL = List.of("oneway", "roundtrip", "total");

    private BillTables() {}

    /**
     * A table per workload.
     *
     * @param interval its name, or empty for the usual one
     */
    public static String of(Results results, String interval) {
        StringBuilder text = new StringBuilder();
        results.byWorkload().forEach((workload, cells) -> {
            Map<String, List<Cell>> byInterval = new LinkedHashMap<>();
            for (Cell cell : Results.byVariant(cells)) {
                shown(results.metrics(cell), interval)
                        .ifPresent(name -> byInterval
                                .computeIfAbsent(name, n -> new ArrayList<>())
                                .add(cell));
            }
            byInterval.forEach((name, billed) -> {
                text.append(String.format(
                        Locale.ROOT, "\n%s: what the cycles of %s were spent on, on average\n", workload, name));
                text.append(table(results, billed, name));
            });
        });
        return text.toString();
    }

    private static Optional<String> shown(Map<String, Double> metrics, String interval) {
        List<String> candidates = interval.isEmpty() ? USUAL : List.of(interval);
        return candidates.stream()
                .filter(name -> metrics.containsKey(BILL + name + PARTS))
                .findFirst();
    }

    private static String table(Results results, List<Cell> cells, String interval) {
        List<Cause> causes = new ArrayList<>();
        for (Cause cause : Cause.values()) {
            if (cells.stream().anyMatch(cell -> spent(results, cell, interval, cause) != 0)) causes.add(cause);
        }
        List<String> coordinates = Results.distinguishing(cells);
        List<String> headings = new ArrayList<>();
        coordinates.forEach(name -> headings.add(Results.heading(name, Axis.WORKLOAD)));
        causes.forEach(cause -> headings.add(cause.title()));
        headings.add("cycles");
        List<List<String>> rows = new ArrayList<>();
        for (Cell cell : cells) {
            List<String> row = new ArrayList<>();
            coordinates.forEach(name -> row.add(cell.coordinate(name).orElse("")));
            double sum = 0;
            for (Cause cause : causes) {
                double cycles = spent(results, cell, interval, cause);
                sum += cycles;
                row.add(each(results, cell, interval, cycles));
            }
            row.add(each(results, cell, interval, sum));
            rows.add(row);
        }
        return TextTable.of(headings, rows, coordinates.size());
    }

    private static double spent(Results results, Cell cell, String interval, Cause cause) {
        return results.metrics(cell).getOrDefault(BILL + interval + "." + cause.word(), 0.0);
    }

    /** Per part of the interval, to a tenth of a cycle. */
    private static String each(Results results, Cell cell, String interval, double cycles) {
        double parts = results.metrics(cell).get(BILL + interval + PARTS);
        return cycles == 0 ? "" : Numbers.text(Math.rint(cycles / parts * 10) / 10);
    }
}
