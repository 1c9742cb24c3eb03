package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.Scheduler;

/** The routines of {@link RoundRobin}: one ring of threads. */
final class RoundRobinCode extends SliceCode {

    /** First ready thread, or 0. */
    private final Label first;

    RoundRobinCode(KernelCode kernel) {
        super(kernel);
        first = label("scheduler.first");
    }

    Scheduler.Routines emit() {
        words();
        Label neverBetter = neverBetter();
        return new Scheduler.Routines(
                init(),
                enqueue(),
                preempted(),
                dequeue(),
                pick(),
                tick(),
                neverBetter,
                neverBetter,
                setPriority(),
                priority(),
                setSlice());
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(first);
        asm.reserve(4);
        here(left);
        asm.reserve(4);
        kernel.text();
    }

    private Label enqueue() {
        Label entry = routine("scheduler.enqueue", "in EAX thread that became ready: last, with a fresh slice");
        mov(ECX, EAX.at(word.slice));
        mov(EAX.at(word.left), ECX);
        here("scheduler.append");
        mov(ECX, Mem.at(first));
        test(ECX, ECX);
        exitIf(Z, label("scheduler.alone"), "nobody else is ready");
        mov(EDX, ECX.at(word.previous));
        mov(EAX.at(word.next), ECX);
        mov(EAX.at(word.previous), EDX);
        mov(EDX.at(word.next), EAX);
        mov(ECX.at(word.previous), EAX);
        ret();

        here("scheduler.alone");
        mov(EAX.at(word.next), EAX);
        mov(EAX.at(word.previous), EAX);
        mov(Mem.at(first).dword(), EAX);
        ret();
        return entry;
    }

    private Label preempted() {
        Label entry = routine(
                "scheduler.preempted",
                "in EAX running thread that must stop: first again, last if its slice is used up");
        mov(ECX, Mem.at(left));
        test(ECX, ECX);
        exitIf(Z, label("scheduler.enqueue"), "the slice is used up");
        mov(EAX.at(word.left), ECX);
        call(label("scheduler.append"));
        mov(Mem.at(first).dword(), EAX);
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
        cmp(Mem.at(first).dword(), EAX);
        exitIf(NE, label("scheduler.dequeued"), "it was not the first");
        mov(Mem.at(first).dword(), ECX);
        cmp(ECX, EAX);
        exitIf(NE, label("scheduler.dequeued"), "others are ready");
        mov(Mem.at(first).dword(), 0);
        here("scheduler.dequeued");
        ret();
        return entry;
    }

    private Label pick() {
        Label entry =
                routine("scheduler.pick", "out EAX first ready thread, no longer queued, its slice running; or 0");
        mov(EAX, Mem.at(first));
        test(EAX, EAX);
        exitIf(Z, label("scheduler.dequeued"), "no thread is ready");
        mov(ECX, EAX.at(word.left));
        mov(Mem.at(left).dword(), ECX);
        jmp(label("scheduler.dequeue"));
        return entry;
    }

    private Label tick() {
        Label entry = routine("scheduler.tick", "in EAX running thread; out ZF clear if it should yield now");
        dec(Mem.at(left).dword());
        op("sete", Reg8.AL);
        test(Reg8.AL, Reg8.AL);
        ret();
        return entry;
    }

    private Label neverBetter() {
        Label entry = routine("scheduler.neverBetter", "out ZF set: the running thread is as good as any");
        xor(EAX, EAX);
        ret();
        return entry;
    }
}
