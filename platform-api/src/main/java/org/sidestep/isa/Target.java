package org.sidestep.isa;

/** A place in the code that a branch, an immediate or an address can refer to; the assembler's labels are targets. */
public non-sealed interface Target extends Operand {

    /** The label's name, {@code routine.place}. */
    String name();

    /** The linear address, once the program is linked. */
    int address();
}
