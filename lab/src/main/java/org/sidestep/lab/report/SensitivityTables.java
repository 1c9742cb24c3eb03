package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Kind;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.ClaimDoubt;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.Headline;
import org.sidestep.plugin.Parameter;

/** What results become at both ends of the figures of low confidence that they rest on. */
final class SensitivityTables {

    private static final Column FIGURE = Column.words("figure");
    private static final Column BRACKET =
            new Column("bracket", "bracket", Kind.NUMBER, "", "Between which the figure lies.", false);
    private static final Column LOW = Column.number("low", "at low", "", "At the lower end of the bracket.");
    private static final Column AS_IS = Column.number("asIs", "as is", "", "With the value of the data sheet.");
    private static final Column HIGH = Column.number("high", "at high", "", "At the upper end of the bracket.");

    private SensitivityTables() {}

    /** A row per model and figure: how far it moves the medians of how many cells. */
    static Optional<Table> medians(Results results) {
        Map<List<String>, List<double[]>> moved = new LinkedHashMap<>();
        Map<List<String>, Parameter> figures = new LinkedHashMap<>();
        results.doubts().forEach((cell, doubts) -> {
            double asIs = headline(results.first().get(cell));
            for (Doubt doubt : doubts) {
                List<String> key =
                        List.of(cell.on(Axis.CPU).plugin().id(), doubt.figure().name());
                figures.put(key, doubt.figure());
                moved.computeIfAbsent(key, k -> new ArrayList<>())
                        .add(new double[] {headline(doubt.low()) - asIs, headline(doubt.high()) - asIs});
            }
        });
        if (moved.isEmpty()) return Optional.empty();
        List<Row> rows = new ArrayList<>();
        moved.forEach((key, changes) -> rows.add(Table.row(
                String.join(" ", key),
                Value.of(key.get(0)),
                Value.of(key.get(1)),
                Value.of(Cell.text(figures.get(key).defaultValue())),
                bracket(figures.get(key)),
                Value.of(changes.size()),
                Value.of(range(changes, 0)),
                Value.of(range(changes, 1)))));
        List<Column> columns = List.of(
                Column.words("cpu"),
                FIGURE,
                Column.number("value", "value", "", "That of the data sheet."),
                BRACKET,
                Column.number("cells", "cells", "", "How many it moves."),
                LOW,
                HIGH);
        return Optional.of(new Table(
                "medians",
                "sensitivity: medians at both ends of figures of low confidence (each by itself)",
                columns,
                rows,
                List.of()));
    }

    private static double headline(CellResult result) {
        return Headline.value(result).orElse(Double.NaN);
    }

    private static Value bracket(Parameter figure) {
        return Value.of(figure.evidence().orElseThrow().bracket());
    }

    /** The changes of all cells, as {@code -36} or {@code -72..-36}. */
    private static String range(List<double[]> changes, int end) {
        double[] sorted =
                changes.stream().mapToDouble(change -> change[end]).sorted().toArray();
        String least = signed(sorted[0]);
        String most = signed(sorted[sorted.length - 1]);
        return least.equals(most) ? least : least + ".." + most;
    }

    private static String signed(double cycles) {
        return Double.isNaN(cycles) ? "fails" : (cycles > 0 ? "+" : "") + Numbers.text(cycles);
    }

    /** A row per cell of a group and figure. */
    static Optional<Table> cells(Results results, Group group) {
        List<Row> rows = new ArrayList<>();
        for (Cell cell : group.cells()) {
            for (Doubt doubt : results.doubts().getOrDefault(cell, List.of())) {
                List<Value> values = new ArrayList<>(group.place(cell));
                values.add(Value.of(doubt.figure().name()));
                values.add(bracket(doubt.figure()));
                for (CellResult result : List.of(doubt.low(), results.first().get(cell), doubt.high())) {
                    values.add(Headline.value(result)
                            .map(Value::of)
                            .orElse(Value.verdict(false, result.status() + ": " + result.shortReason())));
                }
                rows.add(Table.row(cell.text() + " " + doubt.figure().name(), values));
            }
        }
        if (rows.isEmpty()) return Optional.empty();
        List<Column> columns = new ArrayList<>(group.columns());
        columns.addAll(List.of(FIGURE, BRACKET, LOW, AS_IS, HIGH));
        return Optional.of(new Table(
                "sensitivity",
                "Medians at both ends of figures of low confidence (each by itself)",
                columns,
                rows,
                List.of()));
    }

    /** A row per claim and figure that moves it. */
    static Optional<Table> claims(Results results) {
        List<Row> rows = new ArrayList<>();
        for (ClaimDoubt doubt : results.claimDoubts()) {
            rows.add(Table.row(
                    doubt.claim().claim().id() + " " + doubt.figure().name(),
                    Value.of(doubt.claim().claim().id()),
                    Value.of(doubt.figure().name()),
                    bracket(doubt.figure()),
                    Value.of(doubt.claim().claim().expect().toString()),
                    Value.of(doubt.low().measured(), doubt.low().reason()),
                    Value.of(doubt.claim().measured(), doubt.claim().reason()),
                    Value.of(doubt.high().measured(), doubt.high().reason()),
                    Value.verdict(doubt.low().passed() && doubt.high().passed(), doubt.verdict())));
        }
        if (rows.isEmpty()) return Optional.empty();
        List<Column> columns = List.of(
                Column.words("claim"),
                FIGURE,
                BRACKET,
                Column.number("expect", "expect", "", "The bound that the claim gives."),
                LOW,
                AS_IS,
                HIGH,
                Column.words("verdict", "", ""));
        return Optional.of(new Table(
                "claim-sensitivity",
                "sensitivity: claims at both ends of figures of low confidence (each by itself)",
                columns,
                rows,
                List.of()));
    }
}
