package org.sidestep.machine.ia32.timing.p6;

import java.util.Arrays;
import org.sidestep.machine.StateTape;

/** Which rows of the memory are open, one to a bank: an access to another row closes it and opens that one first. */
final class OpenRows {

    private static final int KILO = 1024;
    private static final int CLOSED = -1;

    private final int rowBytes;
    private final int missCycles;
    private final int[] rows;

    OpenRows(P6Sheet sheet) {
        rowBytes = sheet.of("memory.row.size") * KILO;
        missCycles = sheet.of("memory.row.cycles");
        rows = new int[sheet.of("memory.row.banks")];
        Arrays.fill(rows, CLOSED);
    }

    void keep(StateTape tape) {
        tape.array(rows);
    }

    int missCycles() {
        return missCycles;
    }

    /** Cycles that an access takes longer than one to an open row; its row is open afterwards. */
    int open(int physical) {
        int row = Integer.divideUnsigned(physical, rowBytes);
        int bank = row % rows.length;
        if (rows[bank] == row) return 0;
        rows[bank] = row;
        return missCycles;
    }
}
