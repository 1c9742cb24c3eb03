package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.CASE_STACK;
import static org.sidestep.machine.ia32.emulator.Layout.DATA;
import static org.sidestep.machine.ia32.emulator.Layout.DIRECTORY;
import static org.sidestep.machine.ia32.emulator.Layout.GDT;
import static org.sidestep.machine.ia32.emulator.Layout.LDT;
import static org.sidestep.machine.ia32.emulator.Layout.LDT_LIMIT;
import static org.sidestep.machine.ia32.emulator.Layout.access;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Descriptor tables and task states as they are when a case begins. */
final class Tables {
    private static final int TSS_LIMIT = 0x67;
    private static final int TSS16_LIMIT = 0x2B;
    private static final int AVAILABLE_TSS = 0x89;
    private static final int AVAILABLE_TSS16 = 0x81;
    private static final int TASK_GATE = 0x85;
    private static final int INTERRUPT_GATE = 0x8E;
    private static final int DPL3 = 3 << 5;

    private final ByteBuffer memory =
            ByteBuffer.allocate(Layout.TABLES_END - GDT).order(ByteOrder.LITTLE_ENDIAN);

    private Tables() {}

    /** The bytes from {@link Layout#GDT} to {@link Layout#TABLES_END}. */
    static byte[] bytes(Map<String, Integer> labels) {
        Tables tables = new Tables();
        tables.globalDescriptors();
        tables.interruptDescriptors(labels);
        tables.tasks(labels);
        return tables.memory.array();
    }

    private void put(int address, int... words) {
        for (int i = 0; i < words.length; i++) memory.putInt(address + 4 * i - GDT, words[i]);
    }

    private void globalDescriptors() {
        for (int level = 0; level < 4; level++) {
            put(GDT + (Layout.code(level) & ~7), 0xFFFF, access(0x9B | level << 5));
            put(GDT + (Layout.data(level) & ~7), 0xFFFF, access(0x93 | level << 5));
        }
        put(GDT + Layout.MAIN_TASK, Layout.TSS << 16 | TSS_LIMIT, access(AVAILABLE_TSS));
        put(GDT + Layout.TASK_B, Layout.TSS_B << 16 | TSS_LIMIT, access(AVAILABLE_TSS));
        put(GDT + Layout.TASK_16, Layout.TSS_16 << 16 | TSS16_LIMIT, access(AVAILABLE_TSS16));
        for (int vector : Layout.FAULT_TASKS) {
            put(GDT + Layout.faultTask(vector), faultTss(vector) << 16 | TSS_LIMIT, access(AVAILABLE_TSS));
        }
        put(GDT + Layout.LOCAL_TABLE, LDT << 16 | LDT_LIMIT, access(0x82));
        put(LDT + 8, 0xFFFF, access(0xF3), 0xFFFF, access(0xFB), 0xFFFF, 0x9300);
    }

    private void interruptDescriptors(Map<String, Integer> labels) {
        for (int vector = 0; vector < 32; vector++) gate(vector, labels.get("vector." + vector), INTERRUPT_GATE);
        put(Layout.IDT + 8 * 8, Layout.faultTask(8) << 16, access(TASK_GATE));
        gate(Layout.END, labels.get("vector." + Layout.END), INTERRUPT_GATE | DPL3);
    }

    private void gate(int vector, int offset, int type) {
        put(Layout.IDT + 8 * vector, Layout.CODE << 16 | offset & 0xFFFF, offset & 0xFFFF0000 | type << 8);
    }

    private void tasks(Map<String, Integer> labels) {
        put(
                Layout.TSS + 4,
                Layout.STACK_0,
                Layout.data(0),
                Layout.STACK_1,
                Layout.data(1),
                Layout.STACK_2,
                Layout.data(2));
        put(Layout.TSS + 28, DIRECTORY);
        task(Layout.TSS_B, Layout.LANDING, Layout.TASK_STACK);
        put(Layout.TSS_B + 4, Layout.TASK_STACK_0, DATA);
        for (int vector : Layout.FAULT_TASKS) {
            task(faultTss(vector), labels.get("task." + vector), Layout.FAULT_STACK);
        }
        task16();
    }

    private static int faultTss(int vector) {
        return Layout.FAULT_TSS + Layout.FAULT_TASKS.indexOf(vector) * Layout.FAULT_TSS_SIZE;
    }

    private void task(int tss, int eip, int esp) {
        put(tss + 28, DIRECTORY, eip, 2, 1, 2, 3, 4, esp, 6, 7, 8);
        put(tss + 72, DATA, Layout.CODE, DATA, DATA, DATA, DATA, Layout.LOCAL_TABLE, TSS_LIMIT + 1 << 16);
    }

    private void task16() {
        short[] words = {
            Layout.LANDING,
            2,
            0x101,
            0x102,
            0x103,
            0x104,
            (short) CASE_STACK,
            0x106,
            0x107,
            0x108,
            DATA,
            Layout.CODE,
            Layout.STACK_16,
            DATA,
            Layout.LOCAL_TABLE
        };
        for (int i = 0; i < words.length; i++) memory.putShort(Layout.TSS_16 + 14 + 2 * i - GDT, words[i]);
    }
}
