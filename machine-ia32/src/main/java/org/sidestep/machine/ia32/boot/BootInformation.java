package org.sidestep.machine.ia32.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The Multiboot information structure (Multiboot Specification 0.6.96, section 3.3) with all that it points to. */
record BootInformation(int memorySize, String commandLine) {

    /** Here memory goes on above the adapter area. */
    static final int UPPER_MEMORY = 0x100000;

    private static final int LOWER_MEMORY_END = 0xA0000;

    // spotless:off
    private static final int MEMORY = 0x1, CMDLINE = 0x4, MMAP = 0x40, LOADER_NAME = 0x200;
    private static final int FLAGS_AT = 0, MEM_LOWER_AT = 4, MEM_UPPER_AT = 8, CMDLINE_AT = 16, MMAP_LENGTH_AT = 44, MMAP_ADDR_AT = 48, LOADER_NAME_AT = 64, SIZE = 88;
    private static final int AVAILABLE = 1, RESERVED = 2, MMAP_ENTRY = 24, MMAP_ENTRIES = 3;
    // spotless:on

    /** The bytes to store at physical {@code address}. */
    byte[] at(int address) {
        byte[] command = terminated(commandLine);
        byte[] loader = terminated("Sidestep");
        int mmap = SIZE;
        int commandAt = mmap + MMAP_ENTRIES * MMAP_ENTRY;
        int loaderAt = commandAt + command.length;
        ByteBuffer table = ByteBuffer.allocate(loaderAt + loader.length).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(FLAGS_AT, MEMORY | CMDLINE | MMAP | LOADER_NAME)
                .putInt(MEM_LOWER_AT, LOWER_MEMORY_END >> 10)
                .putInt(MEM_UPPER_AT, memorySize - UPPER_MEMORY >> 10)
                .putInt(CMDLINE_AT, address + commandAt)
                .putInt(MMAP_LENGTH_AT, MMAP_ENTRIES * MMAP_ENTRY)
                .putInt(MMAP_ADDR_AT, address + mmap)
                .putInt(LOADER_NAME_AT, address + loaderAt);
        range(table.position(mmap), 0, LOWER_MEMORY_END, AVAILABLE);
        range(table, LOWER_MEMORY_END, UPPER_MEMORY, RESERVED);
        range(table, UPPER_MEMORY, memorySize, AVAILABLE);
        table.put(command).put(loader);
        return table.array();
    }

    private static void range(ByteBuffer table, int from, int to, int type) {
        table.putInt(MMAP_ENTRY - 4).putLong(from).putLong(to - from).putInt(type);
    }

    private static byte[] terminated(String text) {
        return (text + '\0').getBytes(StandardCharsets.ISO_8859_1);
    }
}
