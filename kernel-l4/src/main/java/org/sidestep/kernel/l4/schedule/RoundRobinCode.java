package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;

import java.util.List;
import java.util.function.Consumer;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.scheduling.TimeSlices;

/** The routines of {@link RoundRobin}: one ring of threads. */
final class RoundRobinCode extends TimeSlices {

    /** First ready thread, or 0. */
    private final Label first = label("scheduler.first");

    private final Label append = label("scheduler.append");
    private final Label dequeued = label("scheduler.dequeued");

    RoundRobinCode(KernelCode kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        words();
        neverBetter();
        emitInit();
        emitEnqueue();
        emitPreempted();
        emitDequeue();
        emitPick();
        emitTick();
        emitSetPriority();
        emitPriority();
        emitSetSlice();
        emitSliceLeft();
    }

    private void words() {
        kernel.bss();
        asm.align(4);
        here(first);
        asm.reserve(4);
        reserveSlice();
        kernel.text();
    }

    private void neverBetter() {
        routine(better, "out ZF set: the running thread is as good as any");
        here(lazySwitch);
        xor(EAX, EAX);
        ret();
    }

    private void emitEnqueue() {
        routine(enqueue, "in EAX thread that became ready: last, with a fresh slice");
        Label alone = fresh("alone");
        freshSlice();
        here(append);
        mov(ECX, Mem.at(first));
        test(ECX, ECX);
        exitIf(Z, alone, "nobody else is ready");
        ring.append();
        ret();

        here(alone);
        ring.alone();
        mov(Mem.at(first).dword(), EAX);
        ret();
    }

    private void emitPreempted() {
        routine(preempted, "in EAX running thread that must stop: first again, last if its slice is used up");
        keepSlice(enqueue);
        call(append);
        mov(Mem.at(first).dword(), EAX);
        ret();
    }

    private void emitDequeue() {
        routine(dequeue, "in EAX queued thread; out EAX kept");
        ring.remove();
        cmp(Mem.at(first).dword(), EAX);
        exitIf(NE, dequeued, "it was not the first");
        mov(Mem.at(first).dword(), ECX);
        cmp(ECX, EAX);
        exitIf(NE, dequeued, "others are ready");
        mov(Mem.at(first).dword(), 0);
        here(dequeued);
        ret();
    }

    private void emitPick() {
        routine(pick, "out EAX first ready thread, no longer queued, its slice running; or 0");
        mov(EAX, Mem.at(first));
        test(EAX, EAX);
        exitIf(Z, dequeued, "no thread is ready");
        runSlice();
        jmp(dequeue);
    }

    private void emitTick() {
        routine(tick, "in EAX running thread; out ZF clear if it should yield now");
        tickSlice();
        op("setle", Reg8.AL);
        test(Reg8.AL, Reg8.AL);
        ret();
    }

    @Override
    public List<Integer> queued(KernelMemory memory, Consumer<String> broken) {
        return ring.threads(memory, memory.word(memory.address(first)), broken);
    }
}
