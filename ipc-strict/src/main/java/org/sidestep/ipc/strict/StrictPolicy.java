package org.sidestep.ipc.strict;

import static org.sidestep.isa.Reg32.EBX;

import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
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
    public PolicyHooks hooks(KernelCode kernel) {
        return new Hooks(kernel);
    }

    private static final class Hooks extends PolicyHooks {

        Hooks(KernelCode kernel) {
            super(kernel);
        }

        /** Both links lead to one stub. */
        @Override
        public void userStubs(UserStubs stubs) {
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
