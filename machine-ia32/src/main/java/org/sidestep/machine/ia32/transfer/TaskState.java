package org.sidestep.machine.ia32.transfer;

import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.mmu.LinearMemory;

/**
 * The image of a task in its TSS (SDM vol. 3, sections 7.2.1 and 7.6). Both formats hold the same values in the same order,
 * from EIP to the LDT selector; a 32-bit TSS has four bytes for each and FS and GS besides.
 */
final class TaskState {
    private static final int CR3 = 28;
    private static final int TRAP = 100;
    private static final int FIRST16 = 14;
    private static final int FIRST32 = 32;
    private static final int REGISTERS = 2;
    private static final int SELECTORS = 10;

    /**
     * What the upper halves of the general registers become, which a 16-bit TSS does not hold: "modified and not
     * maintained" (SDM vol. 3, section 7.6). Ones are what Bochs and the ROM test386.asm have. EIP and EFLAGS get zeros.
     */
    private static final int UPPER_HALF16 = 0xFFFF0000;

    final boolean is32;
    final int cr3;
    final int eip;
    final int eflags;

    /** In modrm order, with {@link #UPPER_HALF16} from a 16-bit TSS. */
    final int[] registers = new int[8];

    /** In the order of the segment registers; FS and GS of a 16-bit TSS are null. */
    final int[] selectors = new int[6];

    final int ldt;

    /** Whether a debug exception precedes the task's next instruction. */
    final boolean trap;

    /** Reads the task whose TSS is at {@code base}. */
    TaskState(LinearMemory memory, int base, boolean is32) {
        this.is32 = is32;
        cr3 = is32 ? memory.load32(base + CR3) : 0;
        int[] values = new int[SELECTORS + segments(is32) + 1];
        for (int i = 0; i < values.length; i++) {
            int address = base + offset(i, is32);
            values[i] = is32 && i < SELECTORS ? memory.load32(address) : memory.load16(address);
        }
        eip = values[0];
        eflags = values[1];
        int upper = is32 ? 0 : UPPER_HALF16;
        for (int i = 0; i < registers.length; i++) registers[i] = values[REGISTERS + i] | upper;
        System.arraycopy(values, SELECTORS, selectors, 0, segments(is32));
        ldt = values[values.length - 1];
        trap = is32 && (memory.load16(base + TRAP) & 1) != 0;
    }

    /** Raises whatever {@link #save} would raise. */
    static void probe(LinearMemory memory, int base, boolean is32) {
        int first = offset(0, is32);
        memory.probeWrite(base + first, offset(SELECTORS + segments(is32), is32) - first);
    }

    /** Writes the part of a TSS that a task changes by running: neither CR3 nor the LDT selector. */
    static void save(Cpu cpu, int base, boolean is32, int eip, int eflags) {
        store(cpu, base, is32, 0, eip);
        store(cpu, base, is32, 1, eflags);
        for (int i = 0; i < 8; i++) store(cpu, base, is32, REGISTERS + i, cpu.r[i]);
        for (int i = 0; i < segments(is32); i++) {
            cpu.system.store16(base + offset(SELECTORS + i, is32), cpu.segments[i].selector);
        }
    }

    private static void store(Cpu cpu, int base, boolean is32, int index, int value) {
        int address = base + offset(index, is32);
        if (is32) cpu.system.store32(address, value);
        else cpu.system.store16(address, value);
    }

    private static int segments(boolean is32) {
        return is32 ? 6 : 4;
    }

    private static int offset(int index, boolean is32) {
        return is32 ? FIRST32 + 4 * index : FIRST16 + 2 * index;
    }
}
