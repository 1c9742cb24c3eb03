package org.sidestep.machine.ia32.emulator;

/** Where the image keeps what the cases are about, and what its tables hold before a case changes them. */
final class Layout {
    // Tables, restored before each case.
    static final int GDT = 0x1000;
    static final int LDT = 0x1200;
    static final int IDT = 0x1400;
    static final int TSS = 0x1800;
    static final int TSS_B = 0x1900;
    static final int TSS_16 = 0x1A00;
    static final int TSS_DOUBLE_FAULT = 0x1B00;
    static final int SCRATCH = 0x1C00;
    static final int TABLES_END = 0x2000;

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
    static final int STACKS_END = 0x9000;
    static final int MAIN_STACK = 0x8200;
    static final int STACK_0 = 0x8400;
    static final int STACK_1 = 0x8600;
    static final int STACK_2 = 0x8800;
    static final int CASE_STACK = 0x8A00;
    static final int TASK_STACK_0 = 0x8C00;
    static final int TASK_STACK = 0x8E00;
    static final int DOUBLE_FAULT_STACK = 0x9000;

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
    static final int DOUBLE_FAULT_TASK = 0x60;
    static final int LOCAL_TABLE = 0x68;

    /** Descriptors for the cases to fill. */
    static final int TEST = 0x70;

    static final int TEST_2 = 0x78;

    /** The interrupt that ends a case. */
    static final int END = 0x40;

    /** A vector for the cases to fill. */
    static final int TEST_VECTOR = 0x41;

    static final int GDT_LIMIT = 0x1FF;
    static final int LDT_LIMIT = 0x7F;
    static final int IDT_LIMIT = 8 * 0x48 - 1;

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
