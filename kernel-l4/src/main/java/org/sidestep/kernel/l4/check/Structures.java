package org.sidestep.kernel.l4.check;

import java.util.Map;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.boot.Tss;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.x2.ThreadId;

/** Reads the kernel's structures out of a machine's memory, at no cost to the guest. */
record Structures(Machine machine, ThreadLayout thread) {

    /** TCB to state, of all threads that exist, in order of their numbers. */
    Map<Integer, Integer> threads() {
        Map<Integer, Integer> threads = new TreeMap<>();
        for (int n = 0; n < MemoryMap.THREADS; n++) {
            int each = MemoryMap.window(MemoryMap.TCBS) + n * MemoryMap.TCB_SIZE;
            int id = get(each, thread.globalId);
            if (id != 0 && id >>> ThreadId.NUMBER_SHIFT == n) threads.put(each, get(each, thread.state));
        }
        return threads;
    }

    int get(int structure, Field field) {
        return machine.peek(structure + field.offset());
    }

    /** Word {@code n} of a field of several words. */
    int get(int structure, Field field, int n) {
        return machine.peek(structure + field.offset() + 4 * n);
    }

    /** A word of the frame at the top of a thread's kernel stack. */
    int frame(int tcb, Field field) {
        return get(tcb + MemoryMap.TCB_SIZE - Frame.SIZE, field);
    }

    /** A word of the frame that ESP points to. */
    int innerFrame(Field field) {
        return get(machine.register(Reg32.ESP), field);
    }

    /** The TCB that the kernel believes in; the idle loop's before the first thread runs. */
    int current() {
        return machine.peek(Tss.ESP0_ADDRESS) - MemoryMap.TCB_SIZE;
    }
}
