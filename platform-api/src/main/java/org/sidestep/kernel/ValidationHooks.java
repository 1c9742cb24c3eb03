package org.sidestep.kernel;

import org.sidestep.asm.Code;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.layout.Field;

/**
 * The code of one {@link StateValidation} in one kernel. The constructor declares the words that it keeps beside the policy's
 * and emits nothing. Policies call the public hooks; each emits inline code, with the validation's own parameters and as spent
 * on validation, whoever calls it.
 */
public abstract class ValidationHooks extends Code {

    protected final KernelCode kernel;
    protected final ThreadLayout thread;

    protected ValidationHooks(KernelCode kernel) {
        super(kernel.asm());
        this.kernel = kernel;
        thread = kernel.thread();
    }

    /** See {@link #emitPublish}. */
    public final void publish(Reg32 tcb, Reg32 utcb, Field status, Operand value) {
        kernel.spentOn(Cause.VALIDATION, () -> emitPublish(tcb, utcb, status, value));
    }

    /** See {@link #emitLoad}. */
    public final void load(Reg32 tcb, Field status, Reg32 out) {
        kernel.spentOn(Cause.VALIDATION, () -> emitLoad(tcb, status, out));
    }

    /** See {@link #emitAdmit}. */
    public final void admit(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
        kernel.spentOn(Cause.VALIDATION, () -> emitAdmit(from, to, status, scratch));
    }

    /** See {@link #emitSwitched}. */
    public final void switched(Reg32 from, Reg32 to, Field status, Reg32 scratch) {
        kernel.spentOn(Cause.VALIDATION, () -> emitSwitched(from, to, status, scratch));
    }

    /**
     * The kernel itself sets the user-visible status word to a register or an immediate. Keeps all registers; {@code utcb} holds
     * the kernel address of the thread's UTCB.
     */
    protected abstract void emitPublish(Reg32 tcb, Reg32 utcb, Field status, Operand value);

    /**
     * Loads whom a thread waits for that the kernel found in state WAITING, nil if it may not be treated as waiting. The value
     * is good for comparing, not for addressing. Keeps all registers but {@code out}, which differs from {@code tcb}.
     */
    protected abstract void emitLoad(Reg32 tcb, Field status, Reg32 out);

    /**
     * At a fix-up, before the kernel's state changes: may {@code to} be running in place of {@code from}? Jumps to
     * {@link KernelCode#killCurrent} (EBX = from) if that contradicts what the kernel knows. Clobbers {@code scratch} only.
     */
    protected abstract void emitAdmit(Reg32 from, Reg32 to, Field status, Reg32 scratch);

    /** At a fix-up, after it: {@code from} now waits, {@code to} runs. Clobbers {@code scratch} only. */
    protected void emitSwitched(Reg32 from, Reg32 to, Field status, Reg32 scratch) {}
}
