package org.sidestep.machine.ia32.boot;

import static org.sidestep.machine.ia32.boot.ElfImage.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Loads an ELF image as the Multiboot Specification 0.6.96 asks (sections 3.1 to 3.3). Nothing is written to memory
 * before the whole image has been found good.
 */
public final class MultibootLoader {

    /** What EAX holds at the entry point. */
    public static final int BOOTLOADER_MAGIC = 0x2BADB002;

    // spotless:off
    private static final int HEADER_SEARCH = 8192, HEADER_SIZE = 12, HEADER_MAGIC = 0x1BADB002;
    private static final int PAGE_ALIGN = 0x1, MEMORY_INFO = 0x2, VIDEO_MODE = 0x4, MUST_UNDERSTAND = 0xFFFF, ADDRESS_FIELDS = 0x10000;
    // spotless:on

    private static final int PAGE = 4096;

    private MultibootLoader() {}

    /**
     * Where and with what to start: protected mode, paging off, interrupts off, flat segments, EAX =
     * {@link #BOOTLOADER_MAGIC}.
     *
     * @param eip the physical entry point
     * @param ebx the physical address of the Multiboot information
     */
    public record Entry(int eip, int ebx) {}

    /**
     * Puts {@code file} into {@code ram}, with the Multiboot information on the next page behind it, but never in the first
     * megabyte.
     *
     * @throws BadImage if the file is no loadable image or does not fit; the message says why
     */
    public static Entry load(byte[] file, Ram ram, String commandLine) {
        ElfImage image = ElfImage.read(file);
        checkHeader(file);
        for (ElfImage.Segment segment : image.segments()) {
            check(
                    segment.end() <= ram.size(),
                    "segment at physical 0x%x..0x%x lies outside the memory of 0x%x bytes",
                    segment.physical(),
                    segment.end(),
                    ram.size());
        }
        long information = Math.max(BootInformation.UPPER_MEMORY, image.end() + PAGE - 1 & -PAGE);
        byte[] table = new BootInformation(ram.size(), commandLine).at((int) information);
        check(information + table.length <= ram.size(), "no memory behind the image for the Multiboot information");

        for (ElfImage.Segment segment : image.segments()) store(file, segment, ram);
        ram.store((int) information, table);
        return new Entry(image.entry(), (int) information);
    }

    private static void store(byte[] file, ElfImage.Segment segment, Ram ram) {
        int address = (int) segment.physical();
        ram.fill(address, (int) segment.memorySize(), (byte) 0);
        ram.store(address, Arrays.copyOfRange(file, segment.offset(), segment.offset() + segment.fileSize()));
    }

    /**
     * Finds the header and checks what it asks for. Page alignment concerns modules, of which there are none, and memory
     * information is always given.
     */
    private static void checkHeader(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        boolean magicSeen = false;
        for (int i = 0; i <= Math.min(HEADER_SEARCH, file.length) - HEADER_SIZE; i += 4) {
            if (bytes.getInt(i) != HEADER_MAGIC) continue;
            magicSeen = true;
            int flags = bytes.getInt(i + 4);
            if (HEADER_MAGIC + flags + bytes.getInt(i + 8) == 0) {
                checkFlags(flags);
                return;
            }
        }
        String problem = magicSeen ? "the Multiboot header has a wrong checksum" : "no Multiboot header";
        throw new BadImage(problem + " in the first 8192 bytes");
    }

    private static void checkFlags(int flags) {
        check((flags & VIDEO_MODE) == 0, "the Multiboot header asks for a video mode; there is none");
        int unknown = flags & MUST_UNDERSTAND & ~(PAGE_ALIGN | MEMORY_INFO | VIDEO_MODE);
        check(unknown == 0, "the Multiboot header asks for unknown features (flags 0x%x)", unknown);
        check((flags & ADDRESS_FIELDS) == 0, "the Multiboot header asks to be loaded by its own addresses, not as ELF");
    }
}
