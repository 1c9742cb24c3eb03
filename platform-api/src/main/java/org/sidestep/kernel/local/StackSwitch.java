package org.sidestep.kernel.local;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.x2.Utcb;

/**
 * A switch of threads at user level: the writes that make the partner the running thread, and the kernel code that completes
 * them when they are interrupted. The kernel repeats all of them: each write depends only on registers that the sequence keeps
 * and on words that it does not write.
 */
public final class StackSwitch extends Code {

    private final KernelCode kernel;
    private final ThreadLayout thread;
    private final PublishedWords words;

    public StackSwitch(KernelCode kernel, PublishedWords words) {
        super(kernel.asm());
        this.kernel = kernel;
        this.thread = kernel.thread();
        this.words = words;
    }

    /**
     * Emits the writes into a stub, from {@code forward} to {@code completion}, and declares them and what stands before them
     * from {@code restart} on as a critical sequence. Binds the last two labels.
     *
     * <p>In: EAX the partner, EDI the caller, both by local id; EDX whom the caller waits for from now on (its status); the
     * caller's resume point published. Out: EBX MR1 and EBP MR2 of the message, ECX where the partner goes on, ESP its stack
     * pointer. Keeps EAX, EDX, ESI, EDI.
     *
     * @return behind {@code forward}, where code may enter that has loaded MR1 itself
     */
    public Label commit(UserStubs stubs, Label restart, Label forward, Label completion) {
        here(forward);
        phase("commit");
        mov(EBX, EDI.at(Utcb.MR1));
        Label write = here(fresh("write"));
        mov(EDI.at(words.status()), EDX);
        mov(EBP, EDI.at(Utcb.MR2));
        mov(ESP, EAX.at(words.sp()));
        mov(EAX.at(words.status()).dword(), PublishedWords.RUNNING);
        mov(ECX, EAX.at(words.ip()));
        mov(Mem.absolute(stubs.currentUtcb()), EAX);
        here(completion);
        stubs.sequence(restart, forward, completion, this::rollForward);
        return write;
    }

    /** See {@link UserStubs.RollForward}. */
    private void rollForward() {
        phase("the UTCBs, by their kernel addresses");
        mov(EAX, ESP.at(Frame.EDI));
        call(kernel.findLocal());
        exitIf(Z, kernel.killCurrent(), "the sender's UTCB is none of this space");
        mov(ESI, EDX.at(thread.utcbAlias));
        mov(EAX, ESP.at(Frame.EAX));
        call(kernel.findLocal());
        exitIf(Z, kernel.killCurrent(), "the partner's UTCB is none of this space");
        mov(EDI, EDX.at(thread.utcbAlias));

        phase("what the commit writes");
        mov(ECX, ESP.at(Frame.EDX));
        mov(ESI.at(words.status()), ECX);
        mov(EDI.at(words.status()).dword(), PublishedWords.RUNNING);
        mov(Mem.absolute(kernel.currentUtcb()), EAX);

        phase("the registers at its completion");
        copy(ESI.at(Utcb.MR1), ESP.at(Frame.EBX));
        copy(ESI.at(Utcb.MR2), ESP.at(Frame.EBP));
        copy(EDI.at(words.sp()), ESP.at(Frame.ESP));
        copy(EDI.at(words.ip()), ESP.at(Frame.ECX));
    }

    private void copy(Mem from, Mem to) {
        mov(ECX, from);
        mov(to, ECX);
    }
}
