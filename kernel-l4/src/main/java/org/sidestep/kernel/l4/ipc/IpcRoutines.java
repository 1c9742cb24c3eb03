package org.sidestep.kernel.l4.ipc;

import java.util.List;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;

/** All routines of Ipc that are reached by a call; the paths from the entry are in {@code entry}. */
public final class IpcRoutines extends KernelRoutines {

    public IpcRoutines(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        List.of(
                        new Partners(kernel),
                        new ReceivePhase(kernel),
                        new Transfer(kernel),
                        new SendQueue(kernel),
                        new Timeouts(kernel),
                        new Endings(kernel),
                        new KernelIpc(kernel))
                .forEach(KernelRoutines::emit);
    }
}
