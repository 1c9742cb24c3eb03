package org.sidestep.kernel.scheduling;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.sidestep.asm.Code;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.layout.Field;

/** Rings of threads, linked both ways through two words of the TCB. A thread is in one at most; whoever owns a ring keeps its first. */
public final class Ring extends Code {

    /** Next thread in the same ring; 0 while the thread is in none. */
    private final Field next;

    private final Field previous;

    /** Declares the words {@code name.next} and {@code name.previous} in the TCB. */
    public Ring(KernelCode kernel, String name) {
        super(kernel.asm());
        next = kernel.thread().kernelWord(name + ".next");
        previous = kernel.thread().kernelWord(name + ".previous");
    }

    /** Inline. In: EAX thread. It is in no ring. */
    public void none() {
        mov(EAX.at(next), 0);
    }

    /** Inline. In: EAX thread that is in no ring: makes a ring of it. */
    public void alone() {
        mov(EAX.at(next), EAX);
        mov(EAX.at(previous), EAX);
    }

    /** Inline. In: EAX thread that is in no ring, ECX the first of one: EAX becomes its last. Clobbers EDX. */
    public void append() {
        mov(EDX, ECX.at(previous));
        mov(EAX.at(next), ECX);
        mov(EAX.at(previous), EDX);
        mov(EDX.at(next), EAX);
        mov(ECX.at(previous), EAX);
    }

    /** Inline. In: EAX thread in a ring: takes it out. Out: ECX the thread after it, EAX if it was alone. Clobbers EDX. */
    public void remove() {
        mov(ECX, EAX.at(next));
        mov(EDX, EAX.at(previous));
        mov(EDX.at(next), ECX);
        mov(ECX.at(previous), EDX);
        none();
    }

    /** The threads of the ring of {@code first}, in their order; none if it is 0. See {@link org.sidestep.kernel.SchedulerRoutines#queued}. */
    public List<Integer> threads(KernelMemory memory, int first, Consumer<String> broken) {
        List<Integer> threads = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        int each = first;
        while (each != 0 && seen.add(each)) {
            threads.add(each);
            int after = memory.word(each, next);
            if (after == 0 || memory.word(after, previous) != each) {
                broken.accept(String.format(Locale.ROOT, "%08x is not before its successor in its ring", each));
                return threads;
            }
            each = after;
        }
        if (each != first) {
            broken.accept(String.format(Locale.ROOT, "the ring of %08x does not lead back to it", first));
        }
        return threads;
    }
}
