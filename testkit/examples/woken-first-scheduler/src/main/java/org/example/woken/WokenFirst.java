package org.example.woken;

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
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.kernel.scheduling.TimeSlices;

/**
 * One ring of ready threads: who becomes ready goes first, on what it has left of its slice, and who has used it up goes last, on
 * a fresh one. Nobody starves: whoever keeps coming first has used up its slice in the end.
 */
public final class WokenFirst implements Scheduler {

    @Override
    public String id() {
        return "woken-first";
    }

    @Override
    public String summary() {
        return "who becomes ready runs before those who were; who uses up its slice goes last";
    }

    @Override
    public SchedulerRoutines routines(KernelCode kernel) {
        return new Routines(kernel);
    }

    private static final class Routines extends TimeSlices {

        /** First ready thread, or 0. */
        private final Label first = label("woken.first");

        Routines(KernelCode kernel) {
            super(kernel);
        }

        @Override
        public void emit() {
            words();
            emitInit();
            emitEnqueue();
            emitPreempted();
            emitDequeue();
            emitPick();
            emitTick();
            emitNeverBetter();
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

        private void emitEnqueue() {
            routine(enqueue, "in EAX thread that became ready: first");
            call(label("woken.append"));
            mov(Mem.at(first).dword(), EAX);
            ret();

            routine(label("woken.append"), "in EAX thread: last in the ring");
            mov(ECX, Mem.at(first));
            test(ECX, ECX);
            exitIf(Z, label("woken.alone"), "nobody else is ready");
            ring.append();
            ret();

            here("woken.alone");
            ring.alone();
            mov(Mem.at(first).dword(), EAX);
            ret();
        }

        private void emitPreempted() {
            routine(preempted, "in EAX running thread that must stop: first again, last if its slice is used up");
            keepSlice(label("woken.usedUp"));
            jmp(enqueue);
            here("woken.usedUp");
            freshSlice();
            jmp(label("woken.append"));
        }

        private void emitDequeue() {
            routine(dequeue, "in EAX queued thread; out EAX kept");
            ring.remove();
            cmp(Mem.at(first).dword(), EAX);
            exitIf(NE, label("woken.dequeued"), "it was not the first");
            mov(Mem.at(first).dword(), ECX);
            cmp(ECX, EAX);
            exitIf(NE, label("woken.dequeued"), "others are ready");
            mov(Mem.at(first).dword(), 0);
            here("woken.dequeued");
            ret();
        }

        private void emitPick() {
            routine(pick, "out EAX first ready thread, no longer queued, its slice running; or 0");
            mov(EAX, Mem.at(first));
            test(EAX, EAX);
            exitIf(Z, label("woken.dequeued"), "no thread is ready");
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

        private void emitNeverBetter() {
            routine(better, "out ZF set: the running thread goes on until it stops by itself or its slice is used up");
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
