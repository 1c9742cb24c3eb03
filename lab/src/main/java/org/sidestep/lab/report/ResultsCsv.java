package org.sidestep.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.variant.Outcome;

/** One row per cell, also of those without a mechanism, one column per coordinate and metric; empty where a cell has none. */
final class ResultsCsv {

    private ResultsCsv() {}

    static String of(Results results) {
        List<Map<String, String>> rows = new ArrayList<>();
        Set<String> coordinates = new LinkedHashSet<>();
        Set<String> metrics = new TreeSet<>();
        Map<Cell, CellResult> all = new LinkedHashMap<>(results.cells());
        for (Outcome outcome : results.ablations()) all.put(outcome.variant().cell(), outcome.result());
        all.forEach((cell, result) -> {
            Map<String, String> row = new LinkedHashMap<>(results.coordinates(cell));
            coordinates.addAll(row.keySet());
            row.put("status", result.status().toString());
            row.put("reason", result.shortReason());
            result.metrics().flat().forEach((name, value) -> {
                row.put(name, Numbers.text(value));
                metrics.add(name);
            });
            rows.add(row);
        });
        CsvSchema.Builder columns = CsvSchema.builder();
        coordinates.forEach(columns::addColumn);
        columns.addColumn("status").addColumn("reason");
        metrics.forEach(columns::addColumn);
        try {
            return new CsvMapper().writer(columns.setUseHeader(true).build()).writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
