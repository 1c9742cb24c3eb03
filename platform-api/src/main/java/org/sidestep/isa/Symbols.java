package org.sidestep.isa;

/** Names that the disassembler shows in place of numbers; null where it shall show the number. */
public interface Symbols {

    /** No names: text as objdump prints it for a bare binary. */
    Symbols NONE = new Symbols() {};

    /** The name of a branch target, or of an absolute address of memory. */
    default String address(int address) {
        return null;
    }

    /** The name of a displacement beside a base or index register, for example a structure's field. */
    default String displacement(int displacement) {
        return null;
    }

    /** The name of a full-size immediate. */
    default String immediate(int value) {
        return null;
    }
}
