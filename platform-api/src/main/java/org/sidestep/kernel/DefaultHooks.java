package org.sidestep.kernel;

import org.sidestep.asm.Code;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;

/** What the hooks of {@link IpcPolicy} emit when everything about a thread is kept in its TCB. */
final class DefaultHooks extends Code {

    private final ThreadLayout thread;

    DefaultHooks(KernelCode kernel) {
        super(kernel.asm());
        this.thread = kernel.thread();
    }

    void saveResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
        mov(tcb.at(thread.resumeIp), ip);
        mov(tcb.at(thread.resumeSp), sp);
    }

    void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
        if (ip == tcb) {
            mov(sp, tcb.at(thread.resumeSp));
            mov(ip, tcb.at(thread.resumeIp));
        } else {
            mov(ip, tcb.at(thread.resumeIp));
            mov(sp, tcb.at(thread.resumeSp));
        }
    }

    void setPartner(Reg32 tcb, Operand partner) {
        mov(tcb.at(thread.partner), partner);
    }

    void loadPartner(Reg32 tcb, Reg32 out) {
        mov(out, tcb.at(thread.partner));
    }
}
