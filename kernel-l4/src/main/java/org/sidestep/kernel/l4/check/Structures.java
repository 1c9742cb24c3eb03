package org.sidestep.kernel.l4.check;

import java.util.Map;
import java.util.TreeMap;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.boot.Tss;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.x2.ThreadId;

/** Reads the kernel's structures out of a machine's memory, at no cost to the guest. */
record Structures(Machine machine, Program program, ThreadLayout thread) implements KernelMemory {

    /** What the kernel keeps is seen through its window, which is where it is whatever the page tables say. */
    @Override
    public int word(int address) {
        int physical = address - MemoryMap.WINDOW;
        boolean seen = Integer.compareUnsigned(physical, MemoryMap.WINDOW_SIZE) < 0;
        return seen ? machine.peekPhysical(physical) : machine.peek(address);
    }

    @Override
    public int address(Label label) {
        return program.address(label.name());
    }

    /** TCB to state, of all threads that exist, in order of their numbers. */
    Map<Integer, Integer> threads() {
        Map<Integer, Integer> threads = new TreeMap<>();
        for (int n = 0; n < MemoryMap.THREADS; n++) {
            int each = MemoryMap.window(MemoryMap.TCBS) + n * MemoryMap.TCB_SIZE;
            int id = word(each, thread.globalId);
            if (id != 0 && id >>> ThreadId.NUMBER_SHIFT == n) threads.put(each, word(each, thread.state));
        }
        return threads;
    }

    /** Word {@code n} of a field of several words. */
    int word(int structure, Field field, int n) {
        return word(structure + field.offset() + 4 * n);
    }

    /** A word of the frame at the top of a thread's kernel stack. */
    int frame(int tcb, Field field) {
        return word(tcb + MemoryMap.TCB_SIZE - Frame.SIZE, field);
    }

    /** A word of the frame that ESP points to. */
    int innerFrame(Field field) {
        return word(machine.register(Reg32.ESP), field);
    }

    /** The TCB that the kernel believes in; the idle loop's before the first thread runs. */
    int current() {
        return word(Tss.ESP0_ADDRESS) - MemoryMap.TCB_SIZE;
    }
}
