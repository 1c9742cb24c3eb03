package org.sidestep.kernel.l4.entry;

import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.ipc.FastPath;
import org.sidestep.kernel.l4.ipc.GeneralPath;
import org.sidestep.kernel.l4.layout.Vectors;

/** Entry by Ipc: arguments stay in registers, only the resume point goes to where the policy keeps it. */
public final class IpcEntry extends KernelRoutines {

    /** What the processor pushes at an interrupt from user level: EIP, CS, EFLAGS, ESP, SS. */
    private static final int PUSHED = 5 * 4;

    public IpcEntry(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine("ipc.enter", """
                in  EAX to, ECX timeouts, EDX FromSpecifier, ESI MR0, EBX and EBP user's IP and SP to resume with
                out EAX, ECX, EDX, ESI kept; EBX current thread, its resume point kept by the policy""");
        if (kernel.entersBySysenter()) {
            here(at.sysenter);
            kernel.probe(KernelProbes.IPC_KERNEL);
            mov(ESP, ESP.at(0));
        } else {
            here(at.vectors.get(Vectors.IPC));
            kernel.probe(KernelProbes.IPC_KERNEL);
            add(ESP, PUSHED);
        }
        kernel.spentOn(Cause.FIXUP, kernel.policy::onIpcEntry);
        if (kernel.parameters().flag("fastpath")) new FastPath(kernel).emit();
        new GeneralPath(kernel).emit();
    }
}
