package org.sidestep.kernel.l4.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.x2.ThreadId;

/** Reads the kernel's structures out of a machine's memory, at no cost to the guest. */
final class Structures implements KernelMemory {

    private static final int NO_EPOCH = -1;
    private static final int NOT_KERNEL = -1;

    private final Machine machine;
    private final Program program;
    private final ThreadLayout thread;
    private final Map<Label, Integer> addresses = new HashMap<>();

    /** Whether the thread of a number was found when memory was last looked through, and when that was. */
    private final boolean[] exists = new boolean[MemoryMap.THREADS];

    private final Label kernelMemory;
    private int tcbs;

    private int[] threads = {};
    private long epoch = NO_EPOCH;
    private int mappingChanges;

    Structures(Machine machine, Program program, Kernel kernel) {
        this.machine = machine;
        this.program = program;
        thread = kernel.thread;
        kernelMemory = kernel.labels.kernelMemory;
    }

    Machine machine() {
        return machine;
    }

    ThreadLayout thread() {
        return thread;
    }

    /** What the kernel keeps is where it is whatever the page tables say. */
    @Override
    public int word(int address) {
        int physical = physical(address);
        return physical == NOT_KERNEL ? machine.peek(address) : machine.peekPhysical(physical);
    }

    /** Where the kernel's window or its thread control blocks lead. */
    private int physical(int address) {
        int block = address - MemoryMap.TCBS;
        if (Integer.compareUnsigned(block, MemoryMap.TCBS_SIZE) < 0) return tcbs() + block;
        int physical = address - MemoryMap.WINDOW;
        return Integer.compareUnsigned(physical, MemoryMap.WINDOW_SIZE) < 0 ? physical : NOT_KERNEL;
    }

    /** Where the kernel has put its thread control blocks: once, when it boots. */
    private int tcbs() {
        if (tcbs == 0) tcbs = machine.peekPhysical(address(kernelMemory) - MemoryMap.WINDOW);
        return tcbs;
    }

    @Override
    public int[] words(int address, int count) {
        int physical = physical(address);
        if (physical == NOT_KERNEL) return KernelMemory.super.words(address, count);
        int[] words = new int[count];
        ByteBuffer.wrap(machine.peekPhysical(physical, count * Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(words);
        return words;
    }

    @Override
    public int address(Label label) {
        return addresses.computeIfAbsent(label, each -> program.address(each.name()));
    }

    /** The TCBs of all threads that exist, in order of their numbers; not to be changed. */
    int[] threads() {
        if (tcbs() == 0) return threads;
        long now = machine.debugger().memoryEpoch();
        if (now != epoch) {
            for (int n = 0; n < MemoryMap.THREADS; n++) exists[n] = isThread(n);
            epoch = now;
            listThreads();
        } else {
            machine.debugger().changedPages(this::lookAgain);
        }
        return threads;
    }

    /** At the TCBs of a page that may have changed. */
    private void lookAgain(int page) {
        int first = page - tcbs() >> MemoryMap.TCB_SHIFT;
        if (first < 0 || first >= MemoryMap.THREADS) return;
        for (int n = first; n < first + MemoryMap.PAGE / MemoryMap.TCB_SIZE; n++) {
            if (isThread(n) == exists[n]) continue;
            exists[n] = !exists[n];
            listThreads();
        }
    }

    private void listThreads() {
        threads = IntStream.range(0, MemoryMap.THREADS)
                .filter(n -> exists[n])
                .map(Structures::tcb)
                .toArray();
    }

    private boolean isThread(int number) {
        int id = word(tcb(number), thread.globalId);
        return id != 0 && id >>> ThreadId.NUMBER_SHIFT == number;
    }

    private static int tcb(int number) {
        return MemoryMap.TCBS + number * MemoryMap.TCB_SIZE;
    }

    /** Whether the word that counts changes has another value than when that was last asked. */
    boolean mappingsChanged(Label counter) {
        int now = word(address(counter));
        boolean changed = now != mappingChanges;
        mappingChanges = now;
        return changed;
    }

    /** Word {@code n} of a field of several words. */
    int word(int structure, Field field, int n) {
        return word(structure + field.offset() + 4 * n);
    }

    int state(int tcb) {
        return word(tcb, thread.state);
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
