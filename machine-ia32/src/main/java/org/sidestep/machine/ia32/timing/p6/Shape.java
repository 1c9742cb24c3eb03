package org.sidestep.machine.ia32.timing.p6;

/** Where the operand is that a row of the {@link P6Clocks} speaks of. */
enum Shape {
    /** No memory operand, or one that the row's micro-ops name. */
    REGISTER,
    LOAD,
    STORE,
    /** Read, modified and written. */
    MODIFY
}
