package org.sidestep.isa;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The instruction set of a Pentium 4, in table order (SDM vol. 2). Everything that knows an
 * encoding reads it here.
 */
public final class InstructionTable {

    private static final List<InstructionForm> ROWS = build();

    private static final Map<String, List<InstructionForm>> BY_MNEMONIC = Collections.unmodifiableMap(ROWS.stream()
            .collect(Collectors.groupingBy(
                    InstructionForm::mnemonic, LinkedHashMap::new, Collectors.toUnmodifiableList())));

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
