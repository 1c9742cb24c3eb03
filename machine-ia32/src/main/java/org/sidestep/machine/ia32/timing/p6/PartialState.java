package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.isa.Eflags;

/**
 * Registers and flags that renaming holds in pieces, packed into one word: bits 0..7 the registers whose last write was to
 * a byte, 8..15 those whose last write was to a word, 16..23 those known to be zero, 24..29 the arithmetic flags that the
 * last flag-writing instruction left alone.
 */
final class PartialState {

    static final int ZERO_SHIFT = 16;
    static final int FLAGS_SHIFT = 24;
    static final int REGISTERS = 0xFFFF;
    static final int FLAGS = 0x3F << FLAGS_SHIFT;

    private PartialState() {}

    static int bytes(int registers) {
        return registers;
    }

    static int words(int registers) {
        return registers << 8;
    }

    static int zeros(int registers) {
        return registers << ZERO_SHIFT;
    }

    /** The place of a set of arithmetic flags; others are not renamed. */
    static int flags(int eflags) {
        int packed = 0;
        int place = 1 << FLAGS_SHIFT;
        for (int flag : new int[] {Eflags.CF, Eflags.PF, Eflags.AF, Eflags.ZF, Eflags.SF, Eflags.OF}) {
            if ((eflags & flag) != 0) packed |= place;
            place <<= 1;
        }
        return packed;
    }

    /** The state after an instruction. A partial write to a register that is known to be zero leaves nothing pending. */
    static int after(int state, Template template) {
        int zeros = state >>> ZERO_SHIFT & 0xFF;
        int pending = template.leaves & ~(zeros | zeros << 8);
        return state & ~template.settles | pending;
    }
}
