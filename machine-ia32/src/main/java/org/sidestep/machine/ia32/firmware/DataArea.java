package org.sidestep.machine.ia32.firmware;

/** Where the BIOS keeps its variables, in segment 40h (IBM PC/AT Technical Reference, BIOS data area). Linear addresses. */
final class DataArea {
    // spotless:off
    static final int COM1 = 0x400, EBDA_SEGMENT = 0x40E, EQUIPMENT = 0x410, MEMORY_SIZE = 0x413, SHIFT_FLAGS = 0x417;
    static final int KEYBOARD_HEAD = 0x41A, KEYBOARD_TAIL = 0x41C, FLOPPY_STATUS = 0x441;
    static final int VIDEO_MODE = 0x449, COLUMNS = 0x44A, PAGE_SIZE = 0x44C, CURSOR = 0x450, CURSOR_SHAPE = 0x460, PAGE = 0x462, CRTC = 0x463;
    static final int TICKS = 0x46C, MIDNIGHT_PASSED = 0x470, DISK_STATUS = 0x474, DISK_COUNT = 0x475;
    static final int KEYBOARD_START = 0x480, KEYBOARD_END = 0x482, LAST_ROW = 0x484, CHARACTER_HEIGHT = 0x485, KEYBOARD_MODE = 0x496;
    // spotless:on

    static final int BASE = 0x400;
    static final int SIZE = 0x100;

    private DataArea() {}
}
