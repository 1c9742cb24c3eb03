package org.sidestep.machine.ia32.instruction;

import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Semantics;

/** Chooses the semantics of a decoded instruction of one mnemonic, by its operand pattern and sizes. */
@FunctionalInterface
interface Binder {
    Semantics bind(Instruction instruction);

    /** A binder for semantics that read everything they need to know from the op. */
    static Binder always(Semantics semantics) {
        return instruction -> semantics;
    }
}
