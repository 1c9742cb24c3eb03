package org.sidestep.kernel.scheduling;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.LE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.layout.Field;

/**
 * A scheduler whose threads have a priority and a time slice, and are queued in rings: the words for it, the routines that only
 * set or read them, and the steps from which the others are made. A slice belongs to whoever runs on it: a switch inside Ipc,
 * in the kernel or at user level, donates it.
 */
public abstract class TimeSlices extends SchedulerRoutines {

    protected final Ring ring;
    /** A thread's priority, 0..255. */
    protected final Field own;
    /** Ticks left of a thread's slice while it is queued. */
    private final Field rest;
    /** Ticks of a thread's full slice. */
    private final Field full;

    /** Ticks left of the running slice. */
    private final Label left = label("scheduler.left");

    protected TimeSlices(KernelCode kernel) {
        super(kernel);
        ring = new Ring(kernel, "scheduler");
        own = kernel.thread().kernelWord("scheduler.priority");
        rest = kernel.thread().kernelWord("scheduler.left");
        full = kernel.thread().kernelWord("scheduler.slice");
    }

    /** Reserves the word of the running slice, in the section of zeroed data. */
    protected final void reserveSlice() {
        here(left);
        asm.reserve(4);
    }

    /** Inline. In: EAX thread. Gives it a full slice. Clobbers ECX. */
    protected final void freshSlice() {
        mov(ECX, EAX.at(full));
        mov(EAX.at(rest), ECX);
    }

    /** Inline. In: EAX running thread. Keeps the rest of the slice for it, or leaves for {@code usedUp}. Clobbers ECX. */
    protected final void keepSlice(Label usedUp) {
        mov(ECX, Mem.at(left));
        test(ECX, ECX);
        exitIf(LE, usedUp, "the slice is used up");
        mov(EAX.at(rest), ECX);
    }

    /** Inline. In: EAX thread that runs next, on what it has left of its slice. Clobbers ECX. */
    protected final void runSlice() {
        mov(ECX, EAX.at(rest));
        mov(Mem.at(left), ECX);
    }

    /** Inline. A tick of the running slice passes. Out: condition LE if it is used up, perhaps long since: who delays its preemption goes on. */
    protected final void tickSlice() {
        dec(Mem.at(left).dword());
    }

    protected final void emitInit() {
        routine(init, "in EAX new thread, ECX priority, EDX time slice in ticks");
        mov(EAX.at(own), ECX);
        mov(EAX.at(full), EDX);
        mov(EAX.at(rest), EDX);
        ring.none();
        ret();
    }

    protected final void emitSetPriority() {
        routine(setPriority, "in EAX thread that is not queued, ECX priority");
        mov(EAX.at(own), ECX);
        ret();
    }

    protected final void emitPriority() {
        routine(priority, "in EAX thread; out EAX its priority");
        mov(EAX, EAX.at(own));
        ret();
    }

    protected final void emitSetSlice() {
        routine(setSlice, "in EAX thread, ECX ticks");
        mov(EAX.at(full), ECX);
        mov(EAX.at(rest), ECX);
        ret();
    }

    protected final void emitSliceLeft() {
        routine(sliceLeft, "in EAX ready thread, EDX running thread; out EAX ticks left of its slice");
        Label running = fresh("running");
        cmp(EAX, EDX);
        exitIf(E, running, "it runs");
        mov(EAX, EAX.at(rest));
        ret();
        here(running);
        mov(EAX, Mem.at(left));
        ret();
    }
}
