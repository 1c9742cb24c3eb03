package org.sidestep.kernel.l4.ipc;

import org.sidestep.kernel.Cause;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;

/** All routines of Ipc that are reached by a call; the paths from the entry are in {@code entry}. */
public final class IpcRoutines extends KernelRoutines {

    public IpcRoutines(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        kernel.spentOn(Cause.VALIDATION, new Partners(kernel)::emit);
        kernel.spentOn(Cause.QUEUES, new ReceivePhase(kernel)::emit);
        kernel.spentOn(Cause.MESSAGE, new Transfer(kernel)::emit);
        kernel.spentOn(Cause.QUEUES, new SendQueue(kernel)::emit);
        kernel.spentOn(Cause.QUEUES, new Timeouts(kernel)::emit);
        kernel.spentOn(Cause.QUEUES, new Endings(kernel)::emit);
        new KernelIpc(kernel).emit();
        new Propagation(kernel).emit();
    }
}
