package org.sidestep.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.util.List;
import org.sidestep.lab.report.Table.Value;

/** Renders a table for programs that read CSV: headings are the columns' ids. */
final class CsvTable {

    private CsvTable() {}

    static String of(Table table) {
        CsvSchema.Builder columns = CsvSchema.builder();
        table.columns().forEach(column -> columns.addColumn(column.id()));
        List<List<String>> rows = table.rows().stream()
                .map(row -> row.values().stream().map(Value::text).toList())
                .toList();
        try {
            return new CsvMapper().writer(columns.setUseHeader(true).build()).writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
