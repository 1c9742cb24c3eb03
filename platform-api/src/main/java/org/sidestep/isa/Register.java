package org.sidestep.isa;

import java.util.Locale;

/** Any register operand, with its number as the modrm byte encodes it. */
public sealed interface Register extends Operand permits Reg32, Reg16, Reg8, Seg, Cr, Dr, St, Mm, Xmm {

    /** An enum's constants stand in the order of their numbers. */
    int ordinal();

    String name();

    /** 0..7 as in the modrm byte. */
    default int number() {
        return ordinal();
    }

    /** Lower-case name, as in the manual: {@code eax}. */
    default String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
