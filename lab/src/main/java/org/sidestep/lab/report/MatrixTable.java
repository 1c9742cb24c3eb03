package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Mark;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Headline;

/** What was measured in the cells of one workload. Floors are a column; rows of their own where there is room. */
final class MatrixTable {

    /** A column that no cell of the table has is left out. */
    private static final List<Column> METRICS = List.of(
            Column.number("oneway.cycles.median", "one-way", "cycles", "Median of a message one way."),
            Column.number("oneway.cycles.p99", "p99", "cycles", "99 of 100 messages one way take no longer."),
            Column.number("roundtrip.cycles.median", "round trip", "cycles", "Median of a message and its answer."),
            Column.number("ipc.kernel.per-round", "kernel IPCs/round", "IPCs", "Those that the kernel carried out."),
            Column.number("ipc.user.per-round", "user IPCs/round", "IPCs", "Those carried out at user level."),
            detail("kernel.entries", "kernel entries", "entries", "From user level, for whatever reason."),
            Column.number("fixup.count", "fix-ups", "fix-ups", "Entries that found another thread running."),
            Column.number("fixup.cycles.median", "fix-up", "cycles", "Median of bringing the kernel up to date."),
            detail("cr3.loads", "CR3 loads", "loads", "Switches of the address space."),
            detail("tlb.misses", "TLB misses", "misses", "Page-table walks."),
            Column.number("branch.mispredictions", "mispredictions", "branches", "Branches predicted wrongly."));

    private MatrixTable() {}

    private static Column detail(String id, String heading, String unit, String meaning) {
        return Column.number(id, heading, unit, meaning).inDetail(true);
    }

    static Table of(Results results, String workload, Group group) {
        List<Cell> cells = group.cells();
        List<Cell> compared =
                cells.stream().filter(cell -> !Floor.isFloor(cell)).toList();
        boolean floorsOnly = compared.isEmpty();
        Set<String> told = new Group(floorsOnly ? cells : compared)
                .columns().stream().map(Column::id).collect(Collectors.toSet());
        List<Column> metrics = METRICS.stream()
                .filter(column ->
                        cells.stream().anyMatch(cell -> results.metrics(cell).containsKey(column.id())))
                .toList();
        List<Column> columns = new ArrayList<>();
        group.columns().forEach(column -> columns.add(column.inDetail(!told.contains(column.id()))));
        boolean layouts = results.layouts().several();
        for (Column metric : metrics) {
            columns.add(metric);
            if (layouts && isHeadline(metric, metrics)) columns.addAll(List.of(Spreads.COLUMN, Spreads.HIDDEN));
        }
        columns.add(Column.number("floor", "floor", "cycles", "One way between contexts inside one kernel thread."));
        columns.add(Column.words("status", "status", ""));
        if (!results.verdicts().isEmpty())
            columns.add(
                    Column.words("verdict", "verdict", "Whether the policy is still correct when it is disturbed."));
        Floor floor = new Floor(results);
        List<Row> rows = new ArrayList<>();
        for (Cell cell : cells) {
            List<Value> values = new ArrayList<>(group.place(cell));
            for (Column metric : metrics) {
                values.add(measured(results, cell, metric.id()));
                if (!layouts || !isHeadline(metric, metrics)) continue;
                values.add(Spreads.of(results, cell, metric.id())
                        .map(spread -> Value.of(Spreads.text(spread)))
                        .orElse(Value.NONE));
                values.add(Spreads.hidden(results, group, cell));
            }
            values.add(Value.of(floor.oneWay(cell)));
            values.add(outcome(results.cells().get(cell)));
            if (!results.verdicts().isEmpty())
                values.add(VerdictTables.word(results.verdicts().get(cell)));
            rows.add(new Row(cell.text(), values, Floor.isFloor(cell) && !floorsOnly));
        }
        return new Table("matrix", workload + title(results), columns, rows, List.of());
    }

    private static String title(Results results) {
        return results.layouts().several()
                ? String.format(
                        Locale.ROOT,
                        " (cycles, median of %d layouts)",
                        results.layouts().count())
                : " (cycles, median)";
    }

    /** Whether it is that by which the cells of the table are compared. */
    private static boolean isHeadline(Column metric, List<Column> metrics) {
        return metrics.stream()
                .filter(column -> Headline.isOne(column.id()))
                .findFirst()
                .filter(metric::equals)
                .isPresent();
    }

    /** What was measured; where nothing was, why: an empty place is a metric that the cell has no use for. */
    private static Value measured(Results results, Cell cell, String metric) {
        CellResult result = results.cells().get(cell);
        if (!result.ok()) return new Value(result.status().toString(), Mark.BAD, result.reason());
        Double value = results.metrics(cell).get(metric);
        if (value == null) return Value.NONE;
        String spread = Spreads.of(results, cell, metric).map(Spreads::text).orElse("");
        return new Value(Numbers.text(value), Mark.NONE, spread.isEmpty() ? "" : "over all layouts " + spread);
    }

    private static Value outcome(CellResult result) {
        if (result.ok()) return Value.verdict(true, "ok");
        return new Value(result.status() + ": " + result.shortReason(), Mark.BAD, result.reason());
    }
}
