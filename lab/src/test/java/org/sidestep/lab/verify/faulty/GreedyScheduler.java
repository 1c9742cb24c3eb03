package org.sidestep.lab.verify.faulty;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;

import java.util.List;
import java.util.function.Consumer;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.kernel.scheduling.TimeSlices;

/** One queue for all, in which a thread has so many times its time slice; who has used up that goes last. */
public final class GreedyScheduler implements Scheduler {

    private final int times;

    /** @param times 1 if it is right */
    public GreedyScheduler(int times) {
        this.times = times;
    }

    @Override
    public String id() {
        return "greedy";
    }

    @Override
    public String summary() {
        return "round robin, in which each has more than its time slice";
    }

    @Override
    public SchedulerRoutines routines(KernelCode kernel) {
        return new Routines(kernel, times);
    }

    private static final class Routines extends TimeSlices {

        private final Label first = label("greedy.first");
        private final int times;

        Routines(KernelCode kernel, int times) {
            super(kernel);
            this.times = times;
        }

        @Override
        public void emit() {
            kernel.bss();
            asm.align(4);
            here(first);
            asm.reserve(4);
            reserveSlice();
            kernel.text();
            emitInit();
            emitEnqueue();
            emitDequeue();
            emitPick();
            emitTick();
            emitSetPriority();
            emitPriority();
            emitSetSlice();
        }

        private void emitEnqueue() {
            Label alone = fresh("alone");
            Label append = fresh("append");
            routine(preempted, "in EAX running thread that must stop: first again, or last");
            keepSlice(enqueue);
            call(append);
            mov(Mem.at(first).dword(), EAX);
            ret();
            routine(enqueue, "in EAX thread that became ready: last, with a fresh slice");
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

        private void emitDequeue() {
            Label dequeued = label("greedy.dequeued");
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
            exitIf(Z, label("greedy.dequeued"), "no thread is ready");
            runSlice();
            op("imul", ECX, Mem.at(label("scheduler.left")).dword(), new Imm(times));
            mov(Mem.at(label("scheduler.left")).dword(), ECX);
            jmp(dequeue);
        }

        private void emitTick() {
            routine(tick, "in EAX running thread; out ZF clear if it should yield now");
            tickSlice();
            op("sete", Reg8.AL);
            test(Reg8.AL, Reg8.AL);
            ret();
            routine(better, "out ZF set: the running thread goes on");
            here(lazySwitch);
            xor(EAX, EAX);
            ret();
        }

        @Override
        public List<Integer> queued(KernelMemory memory, Consumer<String> broken) {
            return ring.threads(memory, memory.word(memory.address(first)), broken);
        }
    }
}
