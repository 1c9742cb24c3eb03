package org.sidestep.kernel.l4.kip;

import org.sidestep.kernel.l4.Kernel;
import org.sidestep.kernel.l4.KernelRoutines;

/** The kernel interface page: what it says, and the stubs behind its links. */
public final class Kip extends KernelRoutines {

    static final String IPC = "kip.ipc";
    static final String LIPC = "kip.lipc";

    public Kip(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        asm.continueSection("kip");
        kernel.policy.userStubs(new KipStubs(kernel));
        kernel.text();
    }
}
