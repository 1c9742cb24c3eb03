package org.sidestep.machine.ia32.timing;

/** Where the operand is that a row of the {@link DataSheet} speaks of. */
enum Shape {
    /** No memory operand, or one that the row's micro-ops name. */
    REGISTER,
    LOAD,
    STORE,
    /** Read, modified and written. */
    MODIFY
}
