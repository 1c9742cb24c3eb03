package org.sidestep.lab.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;

/** A table for the terminal. */
final class TextTable {

    private static final int WIDEST = 60;

    private TextTable() {}

    /** The first {@code leftAligned} columns and the last hold words, the others numbers. */
    static String of(List<String> headings, List<List<String>> rows, int leftAligned) {
        Column[] columns = new Column[headings.size()];
        for (int i = 0; i < columns.length; i++) {
            boolean last = i == columns.length - 1;
            columns[i] = new Column()
                    .header(headings.get(i))
                    .maxWidth(WIDEST)
                    .headerAlign(HorizontalAlign.LEFT)
                    .dataAlign(i < leftAligned || last ? HorizontalAlign.LEFT : HorizontalAlign.RIGHT);
        }
        String[][] data = rows.stream().map(row -> row.toArray(String[]::new)).toArray(String[][]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, data) + "\n";
    }
}
