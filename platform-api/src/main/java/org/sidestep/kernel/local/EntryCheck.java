package org.sidestep.kernel.local;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

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
        check(EAX, () -> {
            follow();
            lea(EDI, EDX.at(kernel.stackTop() - Frame.SIZE));
            for (int word = 0; word < Frame.SIZE; word += 4) {
                mov(EAX, ESP.at(word));
                mov(EDI.at(word), EAX);
            }
            mov(ESP, EDI);
            mov(EBX, EDX);
        });
    }

    /** See {@link org.sidestep.kernel.PolicyHooks#onIpcEntry}: the resume point crosses over, to the same depth of the stack. */
    public void withArguments() {
        check(EBP, () -> {
            mov(EDI, ESP);
            push(EAX);
            push(ECX);
            push(EDX);
            mov(EAX, EBP);
            follow();
            mov(EBP, EDX);
            pop(EDX);
            pop(ECX);
            pop(EAX);
            sub(EDI, EBX);
            add(EDI, EBP);
            pop(EDI.at(0).dword());
            pop(EDI.at(4).dword());
            mov(ESP, EDI);
            mov(EBX, EBP);
        });
    }

    private void check(Reg32 claim, Runnable fixup) {
        Label differs = fresh("fixup");
        kernel.probe(KernelProbes.ENTRY_CHECK);
        mov(claim, Mem.absolute(kernel.currentUtcb()));
        cmp(claim, EBX.at(thread.localId));
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
