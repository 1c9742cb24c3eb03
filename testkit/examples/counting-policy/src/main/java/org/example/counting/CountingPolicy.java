package org.example.counting;

import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.List;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameter;

/** Strict switching, where each thread counts its local calls, or all its calls, in a word of its UTCB. */
public final class CountingPolicy implements IpcPolicy {

    private static final String CALLS = "calls";

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
    public void layout(ThreadLayout layout) {
        layout.userWord(CALLS);
    }

    @Override
    public void userStubs(UserStubs stubs) {
        new Stubs(stubs).emit();
    }

    private static final class Stubs extends Code {
        private final UserStubs stubs;
        private final Field calls;

        Stubs(UserStubs stubs) {
            super(stubs.asm());
            this.stubs = stubs;
            this.calls = stubs.thread().utcb.field(CALLS);
        }

        void emit() {
            boolean all = stubs.parameters().choice("count").equals("all");
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
