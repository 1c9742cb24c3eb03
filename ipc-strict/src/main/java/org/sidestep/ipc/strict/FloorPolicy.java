package org.sidestep.ipc.strict;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.local.ReturnPath;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.UserContext;

/**
 * The cost that nobody can beat: threads of one space as user-level threads inside one kernel thread.
 *
 * <p>A workload that finds {@link #threadsAtUserLevel} set makes {@link UserContext}s instead of kernel threads, and hands a
 * message from one to another by Lipc to the other's address. The stub is a bare switch of contexts: it saves the caller's
 * resume point, loads the partner's and goes on there, with the message in registers as after Ipc. It does not ask whether
 * the partner waits, for whom, or with which timeouts, and copies no words beyond MR2. Ipc, and Lipc to anything but a
 * context, enter the kernel on behalf of the one kernel thread that contains them all.
 */
public final class FloorPolicy implements IpcPolicy {

    @Override
    public String id() {
        return "floor";
    }

    @Override
    public String summary() {
        return "user-level threads inside one kernel thread: the cost that nobody can beat";
    }

    @Override
    public boolean threadsAtUserLevel() {
        return true;
    }

    @Override
    public PolicyHooks hooks(KernelCode code) {
        return new Hooks(code);
    }

    @Override
    public List<Parameter> parameters() {
        return ReturnPath.parameters();
    }

    private static final class Hooks extends PolicyHooks {
        private final Label enter = label("floor.kernel");

        Hooks(KernelCode code) {
            super(code);
        }

        @Override
        public void userStubs(UserStubs stubs) {
            asm.align(32);
            switchContexts(stubs);
            enterKernel(stubs);
        }

        private void switchContexts(UserStubs stubs) {
            routine("floor.lipc", """
                    in  EAX partner's context, ESI MR0, EDI own context, return address on the stack
                    out EAX from, ESI MR0, EBX MR1, EBP MR2, EDI own context, in the partner""");
            stubs.lipc();
            pop(EBX);
            test(Reg8.AL, UserContext.MARK);
            exitIf(Z, enter, "not a context");
            mov(EDI.at(UserContext.IP), EBX);
            mov(EBX, EDI.at(UserContext.MR1));
            mov(EBP, EDI.at(UserContext.MR2));
            mov(EDI.at(UserContext.SP), ESP);
            mov(ECX, EAX.at(UserContext.IP));
            mov(ESP, EAX.at(UserContext.SP));
            stubs.probe(KernelProbes.IPC_USER);
            new ReturnPath(asm, kernel.parameters()).emit();
        }

        private void enterKernel(UserStubs stubs) {
            routine(
                    "floor.ipc",
                    "in  EAX to, ECX timeouts, EDX from, ESI MR0, EDI own local id, return address on the stack");
            stubs.ipc();
            pop(EBX);
            here(enter);
            stubs.enterKernel();
        }
    }
}
