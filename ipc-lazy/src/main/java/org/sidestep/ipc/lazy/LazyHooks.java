package org.sidestep.ipc.lazy;

import org.sidestep.asm.Code;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;

/** What the kernel emits where regular IPC touches the words of {@link LazyWords}, always by the UTCB's kernel address. */
final class LazyHooks extends Code {

    private final KernelCode kernel;
    private final ThreadLayout thread;
    private final LazyWords words;

    LazyHooks(KernelCode kernel) {
        super(kernel.asm());
        this.kernel = kernel;
        this.thread = kernel.thread();
        this.words = LazyWords.of(thread);
    }

    void saveResumePoint(Reg32 utcb, Reg32 ip, Reg32 sp) {
        mov(utcb.at(words.ip()), ip);
        mov(utcb.at(words.sp()), sp);
    }

    /** A lie harms only the liar: it is resumed at user level, wherever it says. */
    void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
        mov(ip, tcb.at(thread.utcbAlias));
        mov(sp, ip.at(words.sp()));
        mov(ip, ip.at(words.ip()));
    }

    void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
        publish(tcb, utcb, partner);
    }

    void publishRunning(Reg32 tcb, Reg32 scratch) {
        mov(scratch, tcb.at(thread.utcbAlias));
        publish(tcb, scratch, LazyWords.RUNNING);
    }

    void resume(Reg32 tcb, Reg32 ip, Reg32 sp) {
        mov(ip, tcb.at(thread.utcbAlias));
        mov(sp, ip.at(words.sp()));
        publish(tcb, ip, LazyWords.RUNNING);
        mov(ip, ip.at(words.ip()));
    }

    private void publish(Reg32 tcb, Reg32 utcb, Operand status) {
        kernel.validation().publish(kernel, tcb, utcb, words.status(), status);
    }

    void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {
        mov(scratch, tcb.at(thread.utcbAlias));
        mov(scratch.at(words.pending()), pending ? 1 : 0);
    }

    void loadPartner(Reg32 tcb, Reg32 out) {
        kernel.validation().load(kernel, tcb, words.status(), out);
    }
}
