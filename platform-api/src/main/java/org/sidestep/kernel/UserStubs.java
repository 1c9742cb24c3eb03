package org.sidestep.kernel;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.SystemCall;

/**
 * What a policy needs to write the user-level stubs in the kernel interface page. The page is mapped read-only at an
 * address that each space chooses: stubs are position-independent and hold no data.
 *
 * <p>At a stub's first instruction the registers are as the X.2 interface has them: EAX to, EDX FromSpecifier, ECX
 * timeouts, ESI MR0, EDI own local id; the return address is on the stack; EBX and EBP are free.
 */
public interface UserStubs {

    Assembler asm();

    Parameters parameters();

    ThreadLayout thread();

    /** Linear address of the word behind {@code %gs:0}; user-writable. */
    int currentUtcb();

    /** Binds the Ipc link here. */
    void ipc();

    /** Binds the Lipc link here. */
    void lipc();

    /** The stub of another system call, in the same page: called with a near call, it returns. */
    Label stub(SystemCall call);

    /**
     * Emits the entry into the kernel for Ipc, as the kernel parameter {@code entry} wants it. In: the caller's registers
     * with the return address popped into EBX; ESP the caller's. Does not come back here: the kernel returns to EBX with
     * ESP unchanged.
     */
    void enterKernel();

    /**
     * Declares a critical sequence. Interrupted from {@code restart} up to, not including, {@code forward}, a thread resumes
     * at {@code restart}; from {@code forward} up to, not including, {@code completion}, a page fault kills it and anything else
     * makes the kernel run {@code rollForward} and resume at {@code completion}.
     */
    void sequence(Label restart, Label forward, Label completion, RollForward rollForward);

    /**
     * Declares a part of a sequence that stands elsewhere, or one without a forward point: interrupted from {@code begin} up to,
     * not including, {@code end}, a thread resumes at {@code restart}.
     */
    void restartable(Label begin, Label end, Label restart);

    /** A place that counts for a probe (see {@link KernelProbes}). */
    void probe(String name);

    /** Emits kernel code that completes an interrupted sequence. */
    @FunctionalInterface
    interface RollForward {
        /**
         * In: EBX the believed TCB, ESP its complete {@link Frame} with the user's registers at the interruption. Performs the
         * remaining writes, any prefix of which may be done already, through kernel addresses only, and updates the frame to
         * the registers that the sequence leaves at its completion point, except EIP. Jumps to {@link KernelCode#killCurrent}
         * if the registers make no sense. Clobbers all registers but EBX and ESP.
         */
        void emit();
    }
}
