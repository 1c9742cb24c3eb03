package org.sidestep.machine.ia32.emulator;

import java.util.List;

/** Where the image keeps what the cases are about, and what its tables hold before a case changes them. */
final class Layout {
    // Tables, restored before each case.
    static final int GDT = 0x1000;
    static final int LDT = 0x1100;
    static final int TSS = 0x1120;
    static final int TSS_B = 0x1190;
    static final int IDT = 0x1200;
    static final int TSS_16 = 0x1310;

    /** TSSs of the exception handlers that are tasks, in the order of {@link #FAULT_TASKS}. */
    static final int FAULT_TSS = 0x1340;

    static final int FAULT_TSS_SIZE = 0x70;
    static final int SCRATCH = 0x1570;
    static final int TABLES_END = 0x1580;

    // Page tables: the first 4 MB one to one, and one page at TEST_PAGE.
    static final int DIRECTORY = 0x2000;
    static final int TABLE = 0x3000;
    static final int TEST_TABLE = 0x4000;
    static final int TEST_FRAME = 0x5000;
    static final int TEST_PAGE = 0x400000;

    /** Where transfers lead: the end of a case, in code of either size. */
    static final int LANDING = 0x6000;

    /** Code for virtual-8086 mode. */
    static final int LOW_CODE = 0x7000;

    // Stacks, cleared before each case; these are their tops.
    static final int STACKS = 0x8000;
    static final int STACK_SIZE = 0xC0;
    static final int MAIN_STACK = STACKS + STACK_SIZE;
    static final int STACK_0 = MAIN_STACK + STACK_SIZE;
    static final int STACK_1 = STACK_0 + STACK_SIZE;
    static final int STACK_2 = STACK_1 + STACK_SIZE;
    static final int CASE_STACK = STACK_2 + STACK_SIZE;
    static final int TASK_STACK_0 = CASE_STACK + STACK_SIZE;
    static final int TASK_STACK = TASK_STACK_0 + STACK_SIZE;
    static final int FAULT_STACK = TASK_STACK + STACK_SIZE;
    static final int STACKS_END = FAULT_STACK;

    static final int IMAGE = 0x100000;
    static final int CASES = 0x110000;
    static final int RECORDS = 0x1800000;
    static final int MEGABYTES = 48;

    // Selectors. Code of level n is CODE + 16 n, data the next.
    static final int CODE = 0x08;
    static final int DATA = 0x10;
    static final int MAIN_TASK = 0x48;
    static final int TASK_B = 0x50;
    static final int TASK_16 = 0x58;
    static final int LOCAL_TABLE = 0x68;

    /** A stack of level 0 and 16 bits, in the local table. */
    static final int STACK_16 = 0x1C;

    /** Descriptors for the cases to fill. */
    static final int TEST = 0x70;

    static final int TEST_2 = 0x78;

    /** Tasks for exceptions: for the double fault always, for others if a case asks for it. */
    static final int FAULT_TASK = 0x80;

    static final List<Integer> FAULT_TASKS = List.of(8, 10, 11, 12, 13);

    /** The interrupt that ends a case. */
    static final int END = 0x20;

    /** A vector for the cases to fill. */
    static final int TEST_VECTOR = 0x21;

    static final int GDT_LIMIT = 0xFF;
    static final int LDT_LIMIT = 0x1F;
    static final int IDT_LIMIT = 8 * (TEST_VECTOR + 1) - 1;

    static final int PROTECTED = 0x31;
    static final int PAGED = PROTECTED | 1 << 31;
    static final int WRITE_PROTECT = 1 << 16;

    private Layout() {}

    static int code(int level) {
        return CODE + 16 * level | level;
    }

    static int data(int level) {
        return DATA + 16 * level | level;
    }

    /** The selector of the task for an exception. */
    static int faultTask(int vector) {
        return FAULT_TASK + 8 * FAULT_TASKS.indexOf(vector);
    }

    /** The high word of a descriptor with an access byte, no base, and (if code or data) as large as can be, 32 bits. */
    static int access(int octet) {
        boolean expandDown = (octet & 0x1C) == 0x14;
        return octet << 8 | (expandDown ? 0x00C00000 : (octet & 0x10) != 0 ? 0x00CF0000 : 0);
    }

    /** The low word that goes with {@link #access}. */
    static int limit(int octet) {
        return (octet & 0x1C) == 0x14 ? 0 : 0xFFFF;
    }
}
