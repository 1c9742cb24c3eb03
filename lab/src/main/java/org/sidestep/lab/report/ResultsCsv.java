package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.VariantOutcome;

/** One row per cell, also of those without a mechanism, one column per coordinate and metric; empty where a cell has none. */
final class ResultsCsv {

    private final List<String> coordinates;
    private final Set<String> metrics = new TreeSet<>();
    private final List<Row> rows = new ArrayList<>();
    private final boolean verified;

    private ResultsCsv(Results results) {
        coordinates = results.coordinateNames();
        verified = !results.verdicts().isEmpty();
        results.cells().values().forEach(this::mention);
        for (VariantOutcome outcome : results.ablations()) mention(outcome.result());
        results.cells()
                .forEach((cell, result) ->
                        add(cell, result, VerdictTables.word(results.verdicts().get(cell))));
        for (VariantOutcome outcome : results.ablations()) add(outcome.variant().cell(), outcome.result(), Value.NONE);
    }

    static String of(Results results) {
        ResultsCsv csv = new ResultsCsv(results);
        List<Column> columns = new ArrayList<>();
        csv.coordinates.forEach(name -> columns.add(Column.words(name)));
        columns.add(Column.words("status"));
        columns.add(Column.words("reason"));
        if (csv.verified) columns.add(Column.words("verdict"));
        csv.metrics.forEach(name -> columns.add(Column.number(name, name, "", "")));
        return CsvTable.of(new Table("results", results.experiment().title(), columns, csv.rows, List.of()));
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
