package org.example.counting;

import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.PolicyHooks;
import org.sidestep.kernel.UserStubs;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameter;

/** Strict switching, where each thread counts its local calls, or all its calls, in a word of its UTCB. */
public final class CountingPolicy implements IpcPolicy {

    @Override
    public String id() {
        return "counting";
    }

    @Override
    public String summary() {
        return "every IPC enters the kernel, and each thread counts its calls";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.choice("count", "which calls are counted", "local", "all"));
    }

    @Override
    public PolicyHooks hooks(KernelCode kernel) {
        return new Hooks(kernel);
    }

    private static final class Hooks extends PolicyHooks {
        private final Field calls;

        Hooks(KernelCode kernel) {
            super(kernel);
            calls = thread.userWord("calls");
        }

        @Override
        public void userStubs(UserStubs stubs) {
            boolean all = kernel.parameters().choice("count").equals("all");
            Label enter = fresh("enter");
            routine("counting.lipc", "in  EDI own local id, return address on the stack");
            if (all) stubs.ipc();
            stubs.lipc();
            inc(EDI.at(calls));
            here(enter);
            pop(EBX);
            stubs.enterKernel();
            if (all) return;
            routine("counting.ipc", "in  return address on the stack");
            stubs.ipc();
            jmp(enter);
        }
    }
}
