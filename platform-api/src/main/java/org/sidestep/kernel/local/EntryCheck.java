package org.sidestep.kernel.local;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import java.util.List;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.layout.Field;

/**
 * On kernel entry: does the UTCB that user level calls current belong to the thread that the kernel believes in? If so, three
 * instructions have passed. If not, the fix-up accepts the claim or kills the thread that the kernel believes in.
 *
 * <p>Since the last entry only the believed thread can have begun to wait and only the claimed one can have begun to run;
 * whoever was in between waited before and waits again. So one fix-up is exact for a chain of any length.
 */
public final class EntryCheck extends Code {

    /** What a caller of Ipc passes in registers. */
    private static final List<Reg32> ARGUMENTS = List.of(EAX, ECX, EDX, EBX, EBP);

    private final KernelCode kernel;
    private final ThreadLayout thread;
    private final Field status;

    /** The check of a policy that publishes this status. */
    public EntryCheck(KernelCode kernel, Field status) {
        super(kernel.asm());
        this.kernel = kernel;
        this.thread = kernel.thread();
        this.status = status;
    }

    /** See {@link org.sidestep.kernel.PolicyHooks#onKernelEntry}: the frame crosses over. */
    public void withFrame() {
        check(EAX, EBX.at(thread.localId), this::moveFrame);
    }

    private void moveFrame() {
        follow();
        lea(EDI, EDX.at(kernel.stackTop() - Frame.SIZE));
        for (int word = 0; word < Frame.SIZE; word += 4) {
            mov(EAX, ESP.at(word));
            mov(EDI.at(word), EAX);
        }
        mov(ESP, EDI);
        mov(EBX, EDX);
    }

    /**
     * For {@link org.sidestep.kernel.PolicyHooks#onIpcEntry}, before anything is on the stack: the arguments cross over in registers. In: ESP
     * the upper end of the believed TCB. Out: ESP that of the running one. Keeps all registers but EDI.
     */
    public void withArguments() {
        check(EDI, ESP.at(thread.localId.offset() - kernel.stackTop()).sized(4).of(thread.localId), this::crossOver);
    }

    private void crossOver() {
        ARGUMENTS.forEach(this::push);
        lea(EBX, ESP.at(4 * ARGUMENTS.size() - kernel.stackTop()));
        mov(EAX, EDI);
        follow();
        lea(EDI, EDX.at(kernel.stackTop()));
        for (int i = ARGUMENTS.size() - 1; i >= 0; i--) pop(ARGUMENTS.get(i));
        mov(ESP, EDI);
    }

    private void check(Reg32 claim, Mem believed, Runnable fixup) {
        Label differs = fresh("fixup");
        kernel.probe(KernelProbes.ENTRY_CHECK);
        mov(claim, Mem.absolute(kernel.currentUtcb()));
        cmp(claim, believed);
        exitIf(NE, differs, "switched at user level");
        kernel.probe(KernelProbes.ENTRY_UNCHANGED);
        Label agreed = here(fresh("agreed"));
        kernel.outOfLine(() -> {
            here(differs);
            kernel.probe(KernelProbes.FIXUP_BEGIN);
            fixup.run();
            kernel.probe(KernelProbes.FIXUP_END);
            jmp(agreed);
        });
    }

    /** In: EAX the claim, EBX the believed TCB. Out: EDX the running one, known to the kernel. Clobbers EAX and ECX. */
    private void follow() {
        call(kernel.findLocal());
        exitIf(Z, kernel.killCurrent(), "no UTCB of this space");
        kernel.validation().admit(EBX, EDX, status, ECX);
        call(kernel.adopt());
        kernel.validation().switched(EBX, EDX, status, ECX);
    }
}
