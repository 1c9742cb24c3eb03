package org.sidestep.isa;

/** Any register operand, with its number as the modrm byte encodes it. */
public sealed interface Register extends Operand permits Reg32, Reg16, Reg8, Seg, Cr, Dr, St, Mm, Xmm {

    /** 0..7 as in the modrm byte. */
    int number();

    /** Lower-case name, as in the manual: {@code eax}. */
    String text();
}
