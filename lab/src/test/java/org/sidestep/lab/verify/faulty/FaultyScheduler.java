package org.sidestep.lab.verify.faulty;

import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

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
import org.sidestep.plugin.Parameter;

/** One queue for all, as another might write it who knows the plugin interface alone, with one fault in how it shares time. */
public final class FaultyScheduler implements Scheduler {

    /** All of them; the first is none. */
    public static final List<String> FAULTS = List.of(
            "none",
            // a thread that runs on
            "four-slices",
            "slice-begins-again-when-used-up",
            // a pair that calls each other at user level
            "slice-begins-again-at-a-switch",
            "tick-of-a-switch-is-free",
            // a third thread that has no turn
            "last-goes-second");

    private static final String FAULT = "fault";

    @Override
    public String id() {
        return "faulty";
    }

    @Override
    public String summary() {
        return "round robin with one fault in how it shares time";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.choice(FAULT, "what is wrong with it", FAULTS.toArray(String[]::new)));
    }

    @Override
    public SchedulerRoutines routines(KernelCode kernel) {
        return new Routines(kernel, kernel.parameters().choice(FAULT));
    }

    private static final class Routines extends TimeSlices {

        private final Label first = label("faulty.first");
        private final Label left = label("scheduler.left");
        private final String fault;

        Routines(KernelCode kernel, String fault) {
            super(kernel);
            this.fault = fault;
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
            emitSliceLeft();
        }

        private void emitEnqueue() {
            Label alone = fresh("alone");
            Label append = fresh("append");
            Label again = fresh("again");
            routine(preempted, "in EAX running thread that must stop: first again, or last");
            keepSlice(fault.equals("slice-begins-again-when-used-up") ? again : enqueue);
            Label kept = here(fresh("kept"));
            call(append);
            mov(Mem.at(first).dword(), EAX);
            ret();
            routine(enqueue, "in EAX thread that became ready: last, with a fresh slice");
            freshSlice();
            here(append);
            mov(ECX, Mem.at(first));
            test(ECX, ECX);
            exitIf(Z, alone, "nobody else is ready");
            if (fault.equals("last-goes-second")) {
                push(EAX);
                push(ECX);
                ring.append();
                pop(EAX);
                ring.remove();
                pop(ECX);
            }
            ring.append();
            ret();
            here(again);
            freshSlice();
            jmp(kept);
            here(alone);
            ring.alone();
            mov(Mem.at(first).dword(), EAX);
            ret();
        }

        private void emitDequeue() {
            Label dequeued = label("faulty.dequeued");
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
            exitIf(Z, label("faulty.dequeued"), "no thread is ready");
            runSlice();
            if (fault.equals("four-slices")) shl(Mem.at(left).dword(), 2);
            jmp(dequeue);
        }

        private void emitTick() {
            routine(tick, "in EAX running thread; out ZF clear if it should yield now");
            tickSlice();
            op("setle", Reg8.AL);
            test(Reg8.AL, Reg8.AL);
            ret();
            routine(lazySwitch, "in EDX thread that runs; out ZF set: it goes on");
            if (fault.equals("slice-begins-again-at-a-switch")) {
                mov(EAX, EDX);
                freshSlice();
                runSlice();
            }
            if (fault.equals("tick-of-a-switch-is-free")) inc(Mem.at(left).dword());
            routine(better, "out ZF set: the running thread goes on");
            xor(EAX, EAX);
            ret();
        }

        @Override
        public List<Integer> queued(KernelMemory memory, Consumer<String> broken) {
            return ring.threads(memory, memory.word(memory.address(first)), broken);
        }
    }
}
