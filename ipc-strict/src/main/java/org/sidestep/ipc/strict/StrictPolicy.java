package org.sidestep.ipc.strict;

import static org.sidestep.isa.Reg32.EBX;

import org.sidestep.asm.Code;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.UserStubs;

/** Every IPC enters the kernel, which alone switches threads. */
public final class StrictPolicy implements IpcPolicy {

    @Override
    public String id() {
        return "strict";
    }

    @Override
    public String summary() {
        return "every IPC enters the kernel";
    }

    @Override
    public void userStubs(UserStubs stubs) {
        new Stubs(stubs).emit();
    }

    /** Both links lead to one stub. */
    private static final class Stubs extends Code {
        private final UserStubs stubs;

        Stubs(UserStubs stubs) {
            super(stubs.asm());
            this.stubs = stubs;
        }

        void emit() {
            routine(
                    "strict.ipc",
                    "in  EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack");
            stubs.ipc();
            stubs.lipc();
            pop(EBX);
            stubs.enterKernel();
        }
    }
}
