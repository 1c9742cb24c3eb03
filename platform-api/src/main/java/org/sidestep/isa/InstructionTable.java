package org.sidestep.isa;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The instruction set of a Pentium 4, in table order (SDM vol. 2). Everything that knows an
 * encoding reads it here.
 */
public final class InstructionTable {

    private static final List<InstructionForm> ROWS = build();

    private static final Map<String, List<InstructionForm>> BY_MNEMONIC = new HashMap<>();

    static {
        for (InstructionForm row : ROWS) {
            BY_MNEMONIC.computeIfAbsent(row.mnemonic(), m -> new ArrayList<>(4)).add(row);
        }
        BY_MNEMONIC.replaceAll((mnemonic, rows) -> List.copyOf(rows));
    }

    private InstructionTable() {}

    /** All rows; a row's {@link InstructionForm#index} is its place in this list. */
    public static List<InstructionForm> rows() {
        return ROWS;
    }

    /** The rows of a mnemonic, in table order; empty if it has none. */
    public static List<InstructionForm> rows(String mnemonic) {
        return BY_MNEMONIC.getOrDefault(mnemonic, List.of());
    }

    private static List<InstructionForm> build() {
        Rows rows = new Rows();
        Arithmetic.define(rows);
        BitsAndShifts.define(rows);
        Moves.define(rows);
        Stack.define(rows);
        ControlTransfer.define(rows);
        Strings.define(rows);
        SystemControl.define(rows);
        X87.define(rows);
        Mmx.define(rows);
        Sse.define(rows);
        Sse2.define(rows);
        return rows.forms();
    }
}
