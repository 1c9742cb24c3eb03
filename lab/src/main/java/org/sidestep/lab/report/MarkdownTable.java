package org.sidestep.lab.report;

import java.util.List;
import java.util.stream.Collectors;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Kind;
import org.sidestep.lab.report.Table.Value;

/** Renders a table for pages that are written in Markdown. */
final class MarkdownTable {

    private MarkdownTable() {}

    static String of(Table table) {
        StringBuilder text = new StringBuilder();
        line(text, table.columns().stream().map(Column::heading).toList());
        line(text, table.columns().stream().map(MarkdownTable::alignment).toList());
        table.rows()
                .forEach(
                        row -> line(text, row.values().stream().map(Value::text).toList()));
        if (!table.notes().isEmpty()) text.append('\n');
        table.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }

    private static String alignment(Column column) {
        return column.kind() == Kind.NUMBER ? "---:" : "---";
    }

    private static void line(StringBuilder text, List<String> cells) {
        String line =
                cells.stream().map(cell -> cell.isEmpty() ? "" : " " + cell).collect(Collectors.joining(" |"));
        text.append('|').append(line).append(" |\n");
    }
}
