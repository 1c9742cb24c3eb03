package org.sidestep.kernel;

import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Extension;

/**
 * How the kernel reads a thread's status that user level could have written. A policy that keeps the status in the UTCB
 * calls these hooks; it never reads the word directly. Each emits inline code.
 */
public interface StateValidation extends Extension {

    /** Whether no lie of user level can do harm beyond the liar's own address space. Contract suites attack only if so. */
    default boolean contains() {
        return true;
    }

    /** Words kept beside the policy's. Called after the kernel's and before the policy's layout. */
    default void layout(ThreadLayout layout) {}

    /**
     * The kernel itself sets the user-visible status word to a register or an immediate. Keeps all registers; {@code utcb} holds
     * the kernel address of the thread's UTCB.
     */
    void publish(KernelCode kernel, Reg32 tcb, Reg32 utcb, Field status, Operand value);

    /**
     * Loads whom a thread waits for that the kernel found in state WAITING, nil if it may not be treated as waiting. The value
     * is good for comparing, not for addressing. Keeps all registers but {@code out}, which differs from {@code tcb}.
     */
    void load(KernelCode kernel, Reg32 tcb, Field status, Reg32 out);

    /**
     * At a fix-up, before the kernel's state changes: may {@code to} be running in place of {@code from}? Jumps to
     * {@link KernelCode#killCurrent} (EBX = from) if that contradicts what the kernel knows. Clobbers {@code scratch} only.
     */
    void admit(KernelCode kernel, Reg32 from, Reg32 to, Field status, Reg32 scratch);

    /** At a fix-up, after it: {@code from} now waits, {@code to} runs. Clobbers {@code scratch} only. */
    default void switched(KernelCode kernel, Reg32 from, Reg32 to, Field status, Reg32 scratch) {}
}
