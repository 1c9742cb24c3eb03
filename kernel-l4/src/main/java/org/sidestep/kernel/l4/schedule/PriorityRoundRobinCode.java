package org.sidestep.kernel.l4.schedule;

import static org.sidestep.isa.Condition.LE;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.scheduling.TimeSlices;

/** The routines of {@link PriorityRoundRobin}: a ring of threads per priority, a two-level bitmap of non-empty rings. */
final class PriorityRoundRobinCode extends TimeSlices {

    private static final int PRIORITIES = 256;

    /** Bit n is set if word n of {@link #ready} is not 0. */
    private final Label summary = label("scheduler.summary");
    /** Bit p is set if a thread of priority p is ready. */
    private final Label ready = label("scheduler.ready");
    /** First thread of each priority. */
    private final Label first = label("scheduler.first");

    private final Label append = label("scheduler.append");

    PriorityRoundRobinCode(KernelCode kernel) {
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
        emitBetter();
        emitLazySwitch();
        emitSetPriority();
        emitPriority();
        emitSetSlice();
        emitSliceLeft();
    }

    private void words() {
        kernel.bss();
        asm.align(32);
        here(ready);
        asm.reserve(PRIORITIES / 8);
        here(summary);
        asm.reserve(4);
        reserveSlice();
        asm.align(32);
        here(first);
        asm.reserve(4 * PRIORITIES);
        kernel.text();
    }

    private void emitEnqueue() {
        routine(enqueue, "in EAX thread that became ready: last of its priority, with a fresh slice");
        Label alone = fresh("alone");
        freshSlice();
        here(append);
        mov(EDX, EAX.at(own));
        mov(ECX, firstOf(EDX));
        test(ECX, ECX);
        exitIf(Z, alone, "nobody else of this priority");
        ring.append();
        ret();

        here(alone);
        ring.alone();
        mov(firstOf(EDX), EAX);
        op("bts", Mem.at(ready).dword(), EDX);
        shr(EDX, 5);
        op("bts", Mem.at(summary).dword(), EDX);
        ret();
    }

    private void emitPreempted() {
        routine(preempted, "in EAX running thread that must stop: first of its priority, last if its slice is used up");
        keepSlice(enqueue);
        call(append);
        mov(EDX, EAX.at(own));
        mov(firstOf(EDX), EAX);
        ret();
    }

    private void emitDequeue() {
        routine(dequeue, "in EAX queued thread; out EAX kept");
        Label last = fresh("last");
        Label dequeued = fresh("dequeued");
        Label others = fresh("others");
        ring.remove();
        mov(EDX, EAX.at(own));
        cmp(ECX, EAX);
        exitIf(Z, last, "it was the only one of its priority");
        cmp(firstOf(EDX), EAX);
        exitIf(NE, dequeued, "it was not the first");
        mov(firstOf(EDX), ECX);
        here(dequeued);
        ret();

        here(last);
        mov(firstOf(EDX), 0);
        op("btr", Mem.at(ready).dword(), EDX);
        shr(EDX, 5);
        cmp(Mem.at(ready, EDX, 4).dword(), 0);
        exitIf(NE, others, "its word of the bitmap is not empty");
        op("btr", Mem.at(summary).dword(), EDX);
        here(others);
        ret();
    }

    private void emitPick() {
        routine(pick, "out EAX best ready thread, no longer queued, its slice running; or 0");
        Label none = fresh("none");
        highest(ECX, EDX, none);
        mov(EAX, firstOf(ECX));
        runSlice();
        jmp(dequeue);
        here(none);
        xor(EAX, EAX);
        ret();
    }

    private void emitTick() {
        routine(tick, "in EAX running thread; out ZF clear if it should yield now");
        Label expired = fresh("expired");
        Label none = fresh("none");
        tickSlice();
        exitIf(LE, expired, "the slice is used up");
        highest(ECX, EDX, none);
        mov(EDX, EAX.at(own));
        sub(EDX, ECX);
        shr(EDX, 31);
        here(none);
        ret();
        here(expired);
        test(EAX, EAX);
        ret();
    }

    private void emitBetter() {
        routine(better, "in EAX ready thread, EDX running thread; out ZF clear if EAX should run");
        mov(ECX, EDX.at(own));
        sub(ECX, EAX.at(own));
        shr(ECX, 31);
        ret();
    }

    private void emitLazySwitch() {
        routine(lazySwitch, """
                in  EAX thread that stopped running at user level, EDX thread that runs instead, on the same slice
                out ZF clear if a ready thread should run instead of EDX""");
        Label none = fresh("none");
        mov(EAX, EDX.at(own));
        highest(ECX, EDX, none);
        sub(EAX, ECX);
        shr(EAX, 31);
        here(none);
        ret();
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

    @Override
    public List<Integer> queued(KernelMemory memory, Consumer<String> broken) {
        List<Integer> queued = new ArrayList<>();
        int[] heads = memory.words(memory.address(first), PRIORITIES);
        int bitmap = memory.address(ready);
        int words = memory.word(memory.address(summary));
        for (int n = 0; n < PRIORITIES / Integer.SIZE; n++) {
            int bits = memory.word(bitmap + 4 * n);
            if ((bits != 0) != ((words >>> n & 1) != 0))
                broken.accept("word " + n + " of the ready bitmap belies its summary");
            for (int bit = 0; bit < Integer.SIZE; bit++) {
                int level = Integer.SIZE * n + bit;
                int head = heads[level];
                if ((head != 0) != ((bits >>> bit & 1) != 0))
                    broken.accept("priority " + level + " is marked ready exactly if no thread is");
                if (head != 0) queued.addAll(ofPriority(level, head, memory, broken));
            }
        }
        return queued;
    }

    private List<Integer> ofPriority(int level, int head, KernelMemory memory, Consumer<String> broken) {
        List<Integer> threads = ring.threads(memory, head, broken);
        if (threads.stream().anyMatch(each -> memory.word(each, own) != level)) {
            broken.accept("a thread of another priority is queued for priority " + level);
        }
        return threads;
    }
}
