package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Reg32.EAX;

import org.sidestep.asm.Label;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;

/** What system calls share. */
abstract class SystemCallRoutines extends KernelRoutines {

    SystemCallRoutines(Kernel kernel) {
        super(kernel);
    }

    /** Where a call whose guard leaves for {@code place} ends: with this error code. In: EBX current thread. */
    final void fail(Label place, int error) {
        here(place);
        mov(EAX, error);
        jmp(at.syscallFail);
    }
}
