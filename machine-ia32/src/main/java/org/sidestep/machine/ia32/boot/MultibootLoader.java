package org.sidestep.machine.ia32.boot;

import static org.sidestep.machine.ia32.boot.Executable.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Loads a kernel and its modules as the Multiboot Specification 0.6.96 asks (sections 3.1 to 3.3). Nothing is written to
 * memory before everything has been found good.
 */
public final class MultibootLoader {

    /** What EAX holds at the entry point. */
    public static final int BOOTLOADER_MAGIC = 0x2BADB002;

    private static final int PAGE = 4096;

    /** Real-mode vectors and BIOS data end here. */
    private static final int LOW_MEMORY = 0x500;

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
     * Puts the kernel into {@code ram}; on the next page behind it, but never in the first megabyte, the Multiboot
     * information and then the modules.
     *
     * @param hasDisk whether there is a disk to call the boot device
     * @throws org.sidestep.machine.BadImage if something is no loadable image or does not fit; the message says why
     */
    public static Entry load(BootSource.Multiboot source, boolean hasDisk, Ram ram) {
        byte[] file = source.kernel().bytes();
        MultibootHeader header = MultibootHeader.read(file);
        Optional<ElfImage> elf = header.hasAddresses() ? Optional.empty() : Optional.of(ElfImage.read(file));
        Executable image = elf.map(ElfImage::executable).orElseGet(header::executable);
        for (Executable.Segment segment : image.segments()) {
            checkFits("segment at", segment.physical(), segment.end(), ram);
            checkLow(segment);
        }
        long behind = Math.max(MemoryMap.UPPER_MEMORY, image.end() + PAGE - 1 & -PAGE);
        BootInformation information =
                new BootInformation(behind).memory(ram.size()).names(source.commandLine(), "Sidestep");
        if (hasDisk) information.bootedFromDisk();
        if (header.wantsVideo()) information.textScreen();
        elf.ifPresent(information::sections);
        information.modules(source.modules());
        List<BootInformation.Piece> pieces = information.pieces();
        for (BootInformation.Piece piece : pieces) {
            checkFits("modules and Multiboot information reach", piece.address(), piece.end(), ram);
        }

        for (Executable.Segment segment : image.segments()) store(file, segment, ram);
        for (BootInformation.Piece piece : pieces) ram.store((int) piece.address(), piece.bytes());
        return new Entry(image.entry(), information.address());
    }

    private static void checkFits(String what, long from, long to, Ram ram) {
        check(
                to <= ram.size(),
                "%s physical 0x%x..0x%x, outside the memory of 0x%x bytes; give the machine more memory",
                what,
                from,
                to,
                ram.size());
    }

    /** What a PC keeps in the first megabyte would be overwritten, or is no memory at all. */
    private static void checkLow(Executable.Segment segment) {
        boolean vectors = segment.physical() < LOW_MEMORY && segment.end() > segment.physical();
        boolean adapters = segment.physical() < MemoryMap.UPPER_MEMORY && segment.end() > MemoryMap.LOW_MEMORY_END;
        check(
                !vectors && !adapters,
                "segment at physical 0x%x..0x%x lies where a PC has %s; link the kernel to 0x100000 or above",
                segment.physical(),
                segment.end(),
                vectors ? "its interrupt vectors and BIOS data" : "its BIOS data, adapters and ROM");
    }

    private static void store(byte[] file, Executable.Segment segment, Ram ram) {
        int address = (int) segment.physical();
        ram.fill(address, (int) segment.memorySize(), (byte) 0);
        ram.store(address, Arrays.copyOfRange(file, segment.offset(), segment.offset() + segment.fileSize()));
    }
}
