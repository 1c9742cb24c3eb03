package org.sidestep.machine.ia32.translator;

import org.sidestep.machine.ia32.cpu.Op;

/** Writes what an instruction does. Leaves through {@link BlockBody#exit} before anything has changed. */
@FunctionalInterface
interface Inline {
    void write(BlockBody body, Op op);
}
