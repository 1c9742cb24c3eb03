package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.Scheduler;

/** The routines of {@link PriorityRoundRobin}: a ring of threads per priority, a two-level bitmap of non-empty rings. */
final class PriorityRoundRobinCode extends SliceCode {

    private static final int PRIORITIES = 256;

    /** Bit n is set if word n of {@link #ready} is not 0. */
    private final Label summary;
    /** Bit p is set if a thread of priority p is ready. */
    private final Label ready;
    /** First thread of each priority. */
    private final Label first;

    PriorityRoundRobinCode(KernelCode kernel) {
        super(kernel);
        summary = label("scheduler.summary");
        ready = label("scheduler.ready");
        first = label("scheduler.first");
    }

    Scheduler.Routines emit() {
        words();
        return new Scheduler.Routines(
                init(),
                enqueue(),
                preempted(),
                dequeue(),
                pick(),
                tick(),
                better(),
                lazySwitch(),
                setPriority(),
                priority(),
                setSlice());
    }

    private void words() {
        kernel.bss();
        asm.align(32);
        here(ready);
        asm.reserve(PRIORITIES / 8);
        here(summary);
        asm.reserve(4);
        here(left);
        asm.reserve(4);
        asm.align(32);
        here(first);
        asm.reserve(4 * PRIORITIES);
        kernel.text();
    }

    private Label enqueue() {
        Label entry = routine(
                "scheduler.enqueue", "in EAX thread that became ready: last of its priority, with a fresh slice");
        mov(ECX, EAX.at(word.slice));
        mov(EAX.at(word.left), ECX);
        here("scheduler.append");
        mov(EDX, EAX.at(word.priority));
        mov(ECX, firstOf(EDX));
        test(ECX, ECX);
        exitIf(Z, label("scheduler.alone"), "nobody else of this priority");
        mov(EDX, ECX.at(word.previous));
        mov(EAX.at(word.next), ECX);
        mov(EAX.at(word.previous), EDX);
        mov(EDX.at(word.next), EAX);
        mov(ECX.at(word.previous), EAX);
        ret();

        here("scheduler.alone");
        mov(EAX.at(word.next), EAX);
        mov(EAX.at(word.previous), EAX);
        mov(firstOf(EDX), EAX);
        op("bts", Mem.at(ready).dword(), EDX);
        shr(EDX, 5);
        op("bts", Mem.at(summary).dword(), EDX);
        ret();
        return entry;
    }

    private Label preempted() {
        Label entry = routine(
                "scheduler.preempted",
                "in EAX running thread that must stop: first of its priority, last if its slice is used up");
        mov(ECX, Mem.at(left));
        test(ECX, ECX);
        exitIf(Z, label("scheduler.enqueue"), "the slice is used up");
        mov(EAX.at(word.left), ECX);
        call(label("scheduler.append"));
        mov(EDX, EAX.at(word.priority));
        mov(firstOf(EDX), EAX);
        ret();
        return entry;
    }

    private Label dequeue() {
        Label entry = routine("scheduler.dequeue", "in EAX queued thread; out EAX kept");
        mov(ECX, EAX.at(word.next));
        mov(EDX, EAX.at(word.previous));
        mov(EDX.at(word.next), ECX);
        mov(ECX.at(word.previous), EDX);
        mov(EAX.at(word.next), 0);
        mov(EDX, EAX.at(word.priority));
        cmp(ECX, EAX);
        exitIf(Z, label("scheduler.last"), "it was the only one of its priority");
        cmp(firstOf(EDX), EAX);
        exitIf(NE, label("scheduler.dequeued"), "it was not the first");
        mov(firstOf(EDX), ECX);
        here("scheduler.dequeued");
        ret();

        here("scheduler.last");
        mov(firstOf(EDX), 0);
        op("btr", Mem.at(ready).dword(), EDX);
        shr(EDX, 5);
        cmp(Mem.at(ready, EDX, 4).dword(), 0);
        exitIf(NE, label("scheduler.dequeued"), "its word of the bitmap is not empty");
        op("btr", Mem.at(summary).dword(), EDX);
        ret();
        return entry;
    }

    private Label pick() {
        Label entry = routine("scheduler.pick", "out EAX best ready thread, no longer queued, its slice running; or 0");
        Label none = fresh("none");
        highest(ECX, EDX, none);
        mov(EAX, firstOf(ECX));
        mov(ECX, EAX.at(word.left));
        mov(Mem.at(left), ECX);
        jmp(label("scheduler.dequeue"));
        here(none);
        xor(EAX, EAX);
        ret();
        return entry;
    }

    private Label tick() {
        Label entry = routine("scheduler.tick", "in EAX running thread; out ZF clear if it should yield now");
        Label expired = fresh("expired");
        Label none = fresh("none");
        dec(Mem.at(left).dword());
        exitIf(Z, expired, "the slice is used up");
        highest(ECX, EDX, none);
        mov(EDX, EAX.at(word.priority));
        sub(EDX, ECX);
        shr(EDX, 31);
        here(none);
        ret();
        here(expired);
        test(EAX, EAX);
        ret();
        return entry;
    }

    private Label better() {
        Label entry =
                routine("scheduler.better", "in EAX ready thread, EDX running thread; out ZF clear if EAX should run");
        mov(ECX, EDX.at(word.priority));
        sub(ECX, EAX.at(word.priority));
        shr(ECX, 31);
        ret();
        return entry;
    }

    private Label lazySwitch() {
        Label entry = routine("scheduler.lazySwitch", """
                in  EAX thread that stopped running at user level, EDX thread that runs instead, on the same slice
                out ZF clear if a ready thread should run instead of EDX""");
        Label none = fresh("none");
        mov(EAX, EDX.at(word.priority));
        highest(ECX, EDX, none);
        sub(EAX, ECX);
        shr(EAX, 31);
        here(none);
        ret();
        return entry;
    }

    /** Loads the highest ready priority; leaves for {@code none}, with ZF set, if no thread is ready. */
    private void highest(Reg32 out, Reg32 scratch, Label none) {
        op("bsr", out, Mem.at(summary));
        exitIf(Z, none, "no thread is ready");
        op("bsr", scratch, Mem.at(ready, out, 4));
        shl(out, 5);
        or(out, scratch);
    }

    private Mem firstOf(Reg32 priority) {
        return Mem.at(first, priority, 4).dword();
    }
}
