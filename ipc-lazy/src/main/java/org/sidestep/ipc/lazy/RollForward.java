package org.sidestep.ipc.lazy;

import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Code;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.x2.Utcb;

/**
 * Completes an interrupted commit of {@link LocalIpc} in the kernel. It repeats all of it: each write depends only on registers
 * that the sequence keeps and on words that it does not write.
 */
final class RollForward extends Code {

    private final KernelCode kernel;
    private final ThreadLayout thread;
    private final LazyWords words;

    RollForward(KernelCode kernel) {
        super(kernel.asm());
        this.kernel = kernel;
        this.thread = kernel.thread();
        this.words = LazyWords.of(thread);
    }

    void emit() {
        phase("the UTCBs, by their kernel addresses");
        mov(EAX, ESP.at(Frame.EDI));
        call(kernel.findLocal());
        exitIf(Z, kernel.killCurrent(), "the sender's UTCB is none of this space");
        mov(ESI, EDX.at(thread.utcbAlias));
        mov(EAX, ESP.at(Frame.EAX));
        call(kernel.findLocal());
        exitIf(Z, kernel.killCurrent(), "the partner's UTCB is none of this space");
        mov(EDI, EDX.at(thread.utcbAlias));

        phase("what lipc.forward does");
        mov(ECX, ESP.at(Frame.EDX));
        mov(ESI.at(words.status()), ECX);
        mov(EDI.at(words.status()).dword(), LazyWords.RUNNING);
        mov(Mem.absolute(kernel.currentUtcb()), EAX);

        phase("the registers at lipc.completion");
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
