package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.VariantOutcome;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Parameter;

/** One row per cell and layout, also of those without a mechanism, one column per coordinate and metric; empty where a cell has none. */
final class ResultsCsv {

    private final List<String> coordinates;
    private final Set<String> metrics = new TreeSet<>();
    private final List<Row> rows = new ArrayList<>();
    private final boolean verified;

    private ResultsCsv(Results results) {
        coordinates = results.coordinateNames();
        verified = !results.verdicts().isEmpty();
        results.layouts().results().values().forEach(all -> all.forEach(this::mention));
        for (VariantOutcome outcome : results.ablations()) mention(outcome.result());
        results.layouts().results().forEach((cell, all) -> {
            Value verdict = VerdictTables.word(results.verdicts().get(cell));
            List<Cell> cells = Layouts.of(cell, all.size());
            for (int i = 0; i < all.size(); i++) add(cells.get(i), all.get(i), verdict);
        });
        for (VariantOutcome outcome : results.ablations()) add(outcome.variant().cell(), outcome.result(), Value.NONE);
    }

    static String of(Results results) {
        ResultsCsv csv = new ResultsCsv(results);
        return CsvTable.of(
                new Table("results", results.experiment().title(), csv.columns(results), csv.rows, List.of()));
    }

    /** What the columns are: a row each. */
    static String columnsOf(Results results) {
        List<Row> rows = new ResultsCsv(results)
                .columns(results).stream()
                        .map(column -> Table.row(
                                column.id(),
                                Value.of(column.id()),
                                Value.of(column.kind().name().toLowerCase(Locale.ROOT)),
                                Value.of(column.unit()),
                                Value.of(column.meaning())))
                        .toList();
        List<Column> columns =
                List.of(Column.words("column"), Column.words("kind"), Column.words("unit"), Column.words("meaning"));
        return CsvTable.of(new Table("columns", "", columns, rows, List.of()));
    }

    private List<Column> columns(Results results) {
        List<Column> columns = new ArrayList<>();
        coordinates.forEach(name -> columns.add(coordinate(name, results.cells().keySet())));
        columns.add(Column.words("status", "status", "ok, or what became of the cell instead"));
        columns.add(Column.words("reason", "reason", "why there are no metrics"));
        if (verified) columns.add(Column.words("verdict", "verdict", "whether the policy passed verification"));
        metrics.forEach(name -> columns.add(
                Column.number(name, name, Units.of(name).name(), Units.of(name).meaning())));
        return columns;
    }

    private static Column coordinate(String name, Collection<Cell> cells) {
        Optional<Parameter> declared = cells.stream()
                .flatMap(cell -> Coordinates.parameter(cell, name).stream())
                .findFirst();
        String meaning = declared.map(Parameter::summary).orElse("");
        String unit = declared.flatMap(Parameter::evidence).map(Evidence::unit).orElse("");
        return new Column(name, name, Table.Kind.WORDS, unit, meaning, false);
    }

    private void mention(CellResult result) {
        metrics.addAll(result.metrics().flat().keySet());
    }

    private void add(Cell cell, CellResult result, Value verdict) {
        List<Value> values = new ArrayList<>();
        coordinates.forEach(name -> values.add(Value.of(cell.coordinate(name).orElse(""))));
        values.add(Value.of(result.status().toString()));
        values.add(Value.of(result.shortReason()));
        if (verified) values.add(verdict);
        Map<String, Double> flat = result.metrics().flat();
        metrics.forEach(name -> values.add(flat.containsKey(name) ? Value.of(flat.get(name)) : Value.NONE));
        rows.add(Table.row(cell.text(), values));
    }
}
