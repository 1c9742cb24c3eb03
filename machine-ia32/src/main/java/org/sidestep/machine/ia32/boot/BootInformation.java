package org.sidestep.machine.ia32.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.elf.ElfFile;
import org.sidestep.machine.BootSource;

/**
 * Writes the Multiboot information structure (section 3.3) with all that it points to, and places the modules behind it,
 * each on a page of its own.
 */
final class BootInformation {

    // spotless:off
    private static final int MEMORY = 0x1, BOOT_DEVICE = 0x2, CMDLINE = 0x4, MODS = 0x8, ELF_SHDR = 0x20, MMAP = 0x40, LOADER_NAME = 0x200, FRAMEBUFFER = 0x1000;
    private static final int FLAGS_AT = 0, MEM_LOWER_AT = 4, MEM_UPPER_AT = 8, BOOT_DEVICE_AT = 12, CMDLINE_AT = 16, MODS_COUNT_AT = 20, MODS_ADDR_AT = 24, SHDR_AT = 28, MMAP_LENGTH_AT = 44, MMAP_ADDR_AT = 48, LOADER_NAME_AT = 64, FRAMEBUFFER_AT = 88, SIZE = 116;
    private static final int MMAP_ENTRY = 24, MODULE_ENTRY = 16, PAGE = 4096, SECTION_ALIGNMENT = 16;
    private static final int FIRST_DISK_WHOLE = 0x80FFFFFF, TEXT_SCREEN = 0xB8000, COLUMNS = 80, ROWS = 25, EGA_TEXT = 2;
    // spotless:on

    /** Bytes and the physical address where they go. */
    record Piece(long address, byte[] bytes) {
        long end() {
            return address + bytes.length;
        }
    }

    private final long base;
    private final List<Piece> pieces = new ArrayList<>();
    private final ByteBuffer table = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    /** The next free address. */
    private long end;

    /** @param base physical address of the structure, page-aligned */
    BootInformation(long base) {
        this.base = base;
        end = base;
        add(table.array(), 1);
    }

    /** All that is to be stored, the structure first, in order of address. */
    List<Piece> pieces() {
        return List.copyOf(pieces);
    }

    BootInformation memory(int size) {
        flag(MEMORY | MMAP)
                .putInt(MEM_LOWER_AT, PhysicalMemoryMap.lowerKilobytes())
                .putInt(MEM_UPPER_AT, PhysicalMemoryMap.upperKilobytes(size));
        List<PhysicalMemoryMap.Range> ranges = PhysicalMemoryMap.of(size).ranges();
        ByteBuffer map = ByteBuffer.allocate(ranges.size() * MMAP_ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        for (PhysicalMemoryMap.Range range : ranges) {
            map.putInt(MMAP_ENTRY - 4).putLong(range.from()).putLong(range.length());
            map.putInt(range.type().number());
        }
        table.putInt(MMAP_LENGTH_AT, map.capacity()).putInt(MMAP_ADDR_AT, add(map.array(), 4));
        return this;
    }

    BootInformation names(String commandLine, String loader) {
        flag(CMDLINE | LOADER_NAME).putInt(CMDLINE_AT, add(commandLine)).putInt(LOADER_NAME_AT, add(loader));
        return this;
    }

    BootInformation bootedFromDisk() {
        flag(BOOT_DEVICE).putInt(BOOT_DEVICE_AT, FIRST_DISK_WHOLE);
        return this;
    }

    BootInformation textScreen() {
        flag(FRAMEBUFFER).putLong(FRAMEBUFFER_AT, TEXT_SCREEN);
        table.putInt(FRAMEBUFFER_AT + 8, 2 * COLUMNS).putInt(FRAMEBUFFER_AT + 12, COLUMNS);
        table.putInt(FRAMEBUFFER_AT + 16, ROWS).put(FRAMEBUFFER_AT + 20, (byte) 16);
        table.put(FRAMEBUFFER_AT + 21, (byte) EGA_TEXT);
        return this;
    }

    /** The section headers, with all sections in memory, so that a kernel finds its symbols. */
    BootInformation sections(ElfFile elf) {
        int count = elf.sectionCount();
        if (count == 0) return this;
        byte[] headers = new byte[count * ElfFile.SHDR_SIZE];
        for (int i = 0; i < count; i++) {
            byte[] header = elf.sectionHeader(i);
            byte[] content = elf.unloadedSection(i);
            if (content.length > 0) ElfFile.setSectionAddress(header, add(content, SECTION_ALIGNMENT));
            System.arraycopy(header, 0, headers, i * header.length, header.length);
        }
        flag(ELF_SHDR)
                .putInt(SHDR_AT, count)
                .putInt(SHDR_AT + 4, ElfFile.SHDR_SIZE)
                .putInt(SHDR_AT + 8, add(headers, 4))
                .putInt(SHDR_AT + 12, elf.sectionNames());
        return this;
    }

    BootInformation modules(List<BootSource.Module> modules) {
        ByteBuffer list = ByteBuffer.allocate(modules.size() * MODULE_ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        flag(MODS).putInt(MODS_COUNT_AT, modules.size()).putInt(MODS_ADDR_AT, add(list.array(), 4));
        for (int i = 0; i < modules.size(); i++) {
            list.putInt(i * MODULE_ENTRY + 8, add(modules.get(i).commandLine()));
        }
        for (int i = 0; i < modules.size(); i++) {
            byte[] content = modules.get(i).image().bytes();
            int start = add(content, PAGE);
            list.putInt(i * MODULE_ENTRY, start).putInt(i * MODULE_ENTRY + 4, start + content.length);
        }
        return this;
    }

    private ByteBuffer flag(int flags) {
        return table.putInt(FLAGS_AT, table.getInt(FLAGS_AT) | flags);
    }

    private int add(String text) {
        return add((text + '\0').getBytes(StandardCharsets.UTF_8), 1);
    }

    /** Places bytes, which may still change, and returns their address. */
    private int add(byte[] bytes, int alignment) {
        long address = end + alignment - 1 & -alignment;
        pieces.add(new Piece(address, bytes));
        end = address + bytes.length;
        return (int) address;
    }

    /** Where the structure itself lies. */
    int address() {
        return (int) base;
    }
}
