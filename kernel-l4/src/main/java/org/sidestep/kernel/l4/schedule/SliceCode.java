package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.kernel.KernelCode;

/** What the schedulers share: a thread's words, the slice that is running, and the routines that only set or read them. */
abstract class SliceCode extends Code {

    final KernelCode kernel;
    final SliceWords word;
    /** Ticks left of the running time slice, whoever runs on it. */
    final Label left;

    SliceCode(KernelCode kernel) {
        super(kernel.asm());
        this.kernel = kernel;
        word = new SliceWords(kernel.thread());
        left = label("scheduler.left");
    }

    final Label init() {
        Label entry = routine("scheduler.init", "in EAX new thread, ECX priority, EDX time slice in ticks");
        mov(EAX.at(word.priority), ECX);
        mov(EAX.at(word.slice), EDX);
        mov(EAX.at(word.left), EDX);
        mov(EAX.at(word.next), 0);
        ret();
        return entry;
    }

    final Label setPriority() {
        Label entry = routine("scheduler.setPriority", "in EAX thread that is not queued, ECX priority");
        mov(EAX.at(word.priority), ECX);
        ret();
        return entry;
    }

    final Label priority() {
        Label entry = routine("scheduler.priority", "in EAX thread; out EAX its priority");
        mov(EAX, EAX.at(word.priority));
        ret();
        return entry;
    }

    final Label setSlice() {
        Label entry = routine("scheduler.setSlice", "in EAX thread, ECX ticks");
        mov(EAX.at(word.slice), ECX);
        mov(EAX.at(word.left), ECX);
        ret();
        return entry;
    }
}
