package org.sidestep.machine.ia32.boot;

import static org.sidestep.elf.Executable.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.sidestep.elf.Executable;
import org.sidestep.machine.BadImage;

/**
 * What a kernel's Multiboot header asks for (section 3.1).
 *
 * @param bytes the whole file, little endian
 * @param at where the header stands in it
 */
record MultibootHeader(ByteBuffer bytes, int at) {

    // spotless:off
    private static final int HEADER_SEARCH = 8192, HEADER_SIZE = 12, HEADER_MAGIC = 0x1BADB002, VERSION_2_MAGIC = 0xE85250D6, VERSION_2_SIZE = 16;
    private static final int PAGE_ALIGN = 0x1, MEMORY_INFO = 0x2, VIDEO_MODE = 0x4, MUST_UNDERSTAND = 0xFFFF, ADDRESS_FIELDS = 0x10000;
    private static final int HEADER_ADDR = 12, LOAD_ADDR = 16, LOAD_END_ADDR = 20, BSS_END_ADDR = 24, ENTRY_ADDR = 28, ADDRESSES_END = 32;
    // spotless:on

    /** The header, its flags checked. */
    static MultibootHeader read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at <= Math.min(HEADER_SEARCH, file.length) - HEADER_SIZE; at += 4) {
            if (!isAt(bytes, at)) continue;
            MultibootHeader header = new MultibootHeader(bytes, at);
            header.checkFlags();
            return header;
        }
        throw new BadImage(whatIsThere(bytes));
    }

    /** Whether a header with a right checksum begins there. */
    private static boolean isAt(ByteBuffer bytes, int at) {
        return bytes.getInt(at) == HEADER_MAGIC && HEADER_MAGIC + bytes.getInt(at + 4) + bytes.getInt(at + 8) == 0;
    }

    /** Why a file without a good header in the right place is no kernel to boot. */
    private static String whatIsThere(ByteBuffer bytes) {
        int wrongSum = -1;
        for (int at = 0; at <= bytes.limit() - HEADER_SIZE; at++) {
            if (isAt(bytes, at)) return misplaced(at);
            if (isVersion2At(bytes, at)) {
                return "a kernel with a Multiboot 2 header (at byte " + at
                        + "), and only version 1 is booted; give it a header of"
                        + " version 1 too, or boot it from a CD-ROM image with GRUB";
            }
            boolean sought = at % 4 == 0 && at <= HEADER_SEARCH - HEADER_SIZE;
            if (sought && wrongSum < 0 && bytes.getInt(at) == HEADER_MAGIC) wrongSum = at;
        }
        if (wrongSum >= 0) return "the Multiboot header at byte " + wrongSum + " has a wrong checksum";
        return "no Multiboot header in the first " + HEADER_SEARCH + " bytes, or anywhere";
    }

    private static String misplaced(int at) {
        String header = "the Multiboot header at byte " + at + " of the file ";
        return at % 4 != 0
                ? header + "does not begin at a multiple of 4; align it in its section"
                : header + "lies behind the first " + HEADER_SEARCH + "; link its section first";
    }

    private static boolean isVersion2At(ByteBuffer bytes, int at) {
        if (at > bytes.limit() - VERSION_2_SIZE || bytes.getInt(at) != VERSION_2_MAGIC) return false;
        return VERSION_2_MAGIC + bytes.getInt(at + 4) + bytes.getInt(at + 8) + bytes.getInt(at + 12) == 0;
    }

    private int flags() {
        return bytes.getInt(at + 4);
    }

    /** Modules are page-aligned and memory information is given whether asked for or not. */
    private void checkFlags() {
        int unknown = flags() & MUST_UNDERSTAND & ~(PAGE_ALIGN | MEMORY_INFO | VIDEO_MODE);
        check(unknown == 0, "the Multiboot header asks for unknown features (flags 0x%x)", unknown);
    }

    /** Whether the kernel wants to know about the screen. The mode it asks for is a wish: it gets VGA text. */
    boolean wantsVideo() {
        return (flags() & VIDEO_MODE) != 0;
    }

    /** Whether the header itself says where to load the file; otherwise its own format counts. */
    boolean hasAddresses() {
        return (flags() & ADDRESS_FIELDS) != 0;
    }

    /** The kernel as the address fields describe it. */
    Executable executable() {
        check(
                at + ADDRESSES_END <= bytes.limit(),
                "truncated: the address fields of the Multiboot header are incomplete");
        long loadAddress = field(LOAD_ADDR);
        long offset = at - (field(HEADER_ADDR) - loadAddress);
        check(offset >= 0 && offset <= at, "the Multiboot header's header_addr and load_addr contradict each other");
        long loaded = field(LOAD_END_ADDR) == 0 ? bytes.limit() - offset : field(LOAD_END_ADDR) - loadAddress;
        check(loaded > 0 && offset + loaded <= bytes.limit(), "truncated: load_end_addr lies outside the file");
        long size = field(BSS_END_ADDR) == 0 ? loaded : field(BSS_END_ADDR) - loadAddress;
        check(size >= loaded, "the Multiboot header's bss_end_addr lies inside the loaded part");
        long entry = field(ENTRY_ADDR);
        check(entry >= loadAddress && entry < loadAddress + size, "the entry point 0x%x lies outside the image", entry);
        var segment = new Executable.Segment((int) offset, (int) loaded, loadAddress, loadAddress, size);
        return new Executable((int) entry, List.of(segment));
    }

    private long field(int offset) {
        return Integer.toUnsignedLong(bytes.getInt(at + offset));
    }
}
