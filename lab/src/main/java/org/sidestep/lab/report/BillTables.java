package org.sidestep.lab.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.Cause;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Part.Piece;
import org.sidestep.lab.report.Part.Stack;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;

/** What the cycles of one interval were spent on in some cells, on average. */
final class BillTables {

    private static final String BILL = "bill.";
    private static final String PARTS = ".parts";

    /** What is shown when nothing is asked for, if a cell has it. */
    private static final List<String> USUAL = List.of("oneway", "roundtrip", "total");

    private final Results results;
    private final String interval;
    private final Group group;
    private final List<Cause> causes = new ArrayList<>();

    private BillTables(Results results, List<Cell> cells, String interval) {
        this.results = results;
        this.interval = interval;
        this.group = new Group(cells);
        for (Cause cause : Cause.values()) {
            if (cells.stream().anyMatch(cell -> spent(cell, cause) != 0)) causes.add(cause);
        }
    }

    /**
     * One per interval that is shown of some cells.
     *
     * @param interval its name, or empty for the usual one of each cell
     */
    static List<BillTables> of(Results results, Group group, String interval) {
        Map<String, List<Cell>> byInterval = new LinkedHashMap<>();
        for (Cell cell : group.cells()) {
            shown(results.metrics(cell), interval)
                    .ifPresent(name -> byInterval
                            .computeIfAbsent(name, n -> new ArrayList<>())
                            .add(cell));
        }
        List<BillTables> bills = new ArrayList<>();
        byInterval.forEach((name, cells) -> bills.add(new BillTables(results, cells, name)));
        return bills;
    }

    private static Optional<String> shown(Map<String, Double> metrics, String interval) {
        List<String> candidates = interval.isEmpty() ? USUAL : List.of(interval);
        return candidates.stream()
                .filter(name -> metrics.containsKey(BILL + name + PARTS))
                .findFirst();
    }

    Table table(String workload) {
        List<Column> columns = new ArrayList<>(group.columns());
        causes.forEach(cause -> columns.add(Column.number(cause.word(), cause.title(), "cycles", "")));
        columns.add(Column.number("cycles", "cycles", "cycles", "All of them."));
        List<Row> rows = new ArrayList<>();
        for (Cell cell : group.cells()) {
            List<Value> values = new ArrayList<>(group.place(cell));
            double sum = 0;
            for (Cause cause : causes) {
                sum += spent(cell, cause);
                values.add(shown(each(cell, spent(cell, cause))));
            }
            values.add(shown(each(cell, sum)));
            rows.add(Table.row(cell.text(), values));
        }
        String title =
                String.format(Locale.ROOT, "%s: what the cycles of %s were spent on, on average", workload, interval);
        return new Table("bill." + interval, title, columns, rows, List.of());
    }

    /** The same, drawn. */
    Stack stack() {
        List<String> bars = group.cells().stream()
                .map(cell -> group.variant(cell).isEmpty()
                        ? group.policy(cell)
                        : group.variant(cell) + ": " + group.policy(cell))
                .toList();
        List<Piece> pieces = new ArrayList<>();
        for (Cause cause : causes) {
            List<BigDecimal> values = group.cells().stream()
                    .map(cell -> Numbers.tidy(each(cell, spent(cell, cause))))
                    .toList();
            pieces.add(new Piece(cause.title(), values));
        }
        return new Stack("", bars, pieces);
    }

    private double spent(Cell cell, Cause cause) {
        return results.metrics(cell).getOrDefault(BILL + interval + "." + cause.word(), 0.0);
    }

    /** Per part of the interval, to a tenth of a cycle. */
    private double each(Cell cell, double cycles) {
        double parts = results.metrics(cell).get(BILL + interval + PARTS);
        return Math.rint(cycles / parts * 10) / 10;
    }

    private static Value shown(double cycles) {
        return cycles == 0 ? Value.NONE : Value.of(cycles);
    }
}
