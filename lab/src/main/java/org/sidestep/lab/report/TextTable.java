package org.sidestep.lab.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import org.sidestep.lab.report.Table.Kind;
import org.sidestep.lab.report.Table.Value;

/** Renders a table for the terminal. */
final class TextTable {

    private static final int WIDEST = 60;

    private TextTable() {}

    /** The table below its title, without what is detail. */
    static String of(Table table) {
        Table brief = table.brief();
        StringBuilder text = new StringBuilder("\n");
        if (!brief.title().isEmpty()) text.append(brief.title()).append('\n');
        Column[] columns = brief.columns().stream().map(TextTable::column).toArray(Column[]::new);
        String[][] data = brief.rows().stream()
                .map(row -> row.values().stream().map(Value::text).toArray(String[]::new))
                .toArray(String[][]::new);
        text.append(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, data))
                .append('\n');
        brief.notes().forEach(note -> text.append(note).append('\n'));
        return text.toString();
    }

    /** All of them. */
    static String of(List<Table> tables) {
        StringBuilder text = new StringBuilder();
        tables.forEach(table -> text.append(of(table)));
        return text.toString();
    }

    private static Column column(Table.Column column) {
        boolean number = column.kind() == Kind.NUMBER;
        return new Column()
                .header(column.heading())
                .maxWidth(WIDEST)
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(number ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT);
    }
}
