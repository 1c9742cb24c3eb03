package org.sidestep.kernel.l4.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.memory.PageBits;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.x2.ThreadId;

/** Reads the kernel's structures out of a machine's memory, at no cost to the guest. */
final class Structures implements KernelMemory {

    private static final int NO_EPOCH = -1;
    private static final int NOT_KERNEL = -1;
    private static final int THREADS_OF_A_PAGE = MemoryMap.PAGE / MemoryMap.TCB_SIZE;

    private final Machine machine;
    private final Program program;
    private final ThreadLayout thread;
    private final Map<Label, Integer> addresses = new HashMap<>();

    /** Whether the thread of a number was found when memory was last looked through. */
    private final boolean[] exists = new boolean[MemoryMap.THREADS];
    /** The first number of each page of thread control blocks that the heap has given, by its physical address. */
    private final Map<Integer, Integer> furtherPages = new TreeMap<>();

    private final Label kernelMemory;
    private final Label tcbPages;
    private int tcbs;

    private int[] threads = {};
    private long epoch = NO_EPOCH;
    private int mappingChanges;

    Structures(Machine machine, Program program, Kernel kernel) {
        this.machine = machine;
        this.program = program;
        thread = kernel.thread;
        kernelMemory = kernel.labels.kernelMemory;
        tcbPages = kernel.labels.tcbPages;
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
        if (Integer.compareUnsigned(block, MemoryMap.FIRST_TCBS_SIZE) < 0) return tcbs() + block;
        if (Integer.compareUnsigned(block, MemoryMap.THREADS * MemoryMap.TCB_SIZE) < 0)
            return machine.peekPhysical(tcbEntry(block)) & PageBits.FRAME | block & MemoryMap.PAGE - 1;
        int physical = address - MemoryMap.WINDOW;
        return Integer.compareUnsigned(physical, MemoryMap.WINDOW_SIZE) < 0 ? physical : NOT_KERNEL;
    }

    /** Physical address of the page table entry for an offset in the thread control blocks. */
    private int tcbEntry(int block) {
        return tcbs() + MemoryMap.TCB_TABLES + (block - MemoryMap.FIRST_TCBS_SIZE >>> 12) * 4;
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
        boolean known = word(address(tcbPages)) == furtherPages.size() && !tablesChanged();
        if (!known || !machine.debugger().changedPages(epoch, this::lookAgain)) {
            findNumbers();
            numbers().forEach(n -> exists[n] = isThread(n));
            listThreads();
        }
        epoch = now;
        return threads;
    }

    /** Whether pages that the heap has given may lie elsewhere than before. */
    private boolean tablesChanged() {
        boolean[] any = {false};
        int tables = tcbs() + MemoryMap.TCB_TABLES;
        machine.debugger()
                .changedPages(
                        epoch, page -> any[0] |= Integer.compareUnsigned(page - tables, MemoryMap.TCB_TABLES_SIZE) < 0);
        return any[0];
    }

    private void findNumbers() {
        furtherPages.clear();
        if (word(address(tcbPages)) == 0) return;
        int[] entries = words(MemoryMap.window(tcbEntry(MemoryMap.FIRST_TCBS_SIZE)), MemoryMap.TCB_TABLES_SIZE / 4);
        for (int i = 0; i < entries.length; i++) {
            if ((entries[i] & PageBits.WRITABLE) == 0) continue;
            furtherPages.put(entries[i] & PageBits.FRAME, MemoryMap.FIRST_THREADS + i * THREADS_OF_A_PAGE);
        }
    }

    /** The numbers for whose control blocks there is memory, in their order. */
    private IntStream numbers() {
        IntStream further = furtherPages.values().stream()
                .mapToInt(Integer::intValue)
                .sorted()
                .flatMap(first -> IntStream.range(first, first + THREADS_OF_A_PAGE));
        return IntStream.concat(IntStream.range(0, MemoryMap.FIRST_THREADS), further);
    }

    /** At the TCBs of a page that may have changed. */
    private void lookAgain(int page) {
        int block = page - tcbs();
        int first = block >>> MemoryMap.TCB_SHIFT;
        if (first >= MemoryMap.FIRST_THREADS) {
            if (!furtherPages.containsKey(page)) return;
            first = furtherPages.get(page);
        }
        for (int n = first; n < first + THREADS_OF_A_PAGE; n++) {
            if (isThread(n) == exists[n]) continue;
            exists[n] = !exists[n];
            listThreads();
        }
    }

    private void listThreads() {
        threads = numbers().filter(n -> exists[n]).map(Structures::tcb).toArray();
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
