package org.sidestep.machine.ia32.boot;

import static org.sidestep.elf.Executable.check;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sidestep.asm.Assembler;
import org.sidestep.elf.ElfFile;
import org.sidestep.elf.Executable;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Loads a kernel and its modules as the Multiboot Specification 0.6.96 asks (sections 3.1 to 3.3). Nothing is written to
 * memory before everything has been found good.
 */
public final class MultibootLoader {

    /** What EAX holds at the entry point. */
    public static final int BOOTLOADER_MAGIC = 0x2BADB002;

    /** Where a boot sector would be. */
    public static final int START = 0x7C00;

    /** No machine has more memory. */
    private static final long HIGHEST = 1 << 30;

    private static final int PAGE = 4096, PROTECTION = 1, FLAT_CODE = 0x08, FLAT_DATA = 0x10;

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
        Optional<ElfFile> elf = header.hasAddresses() ? Optional.empty() : Optional.of(ElfFile.read(file));
        Executable image = elf.map(ElfFile::executable).orElseGet(header::executable);
        checkEntry(image.entry());
        for (Executable.Segment segment : image.segments()) {
            checkNotHigh(segment);
            checkFits("segment at", segment.physical(), segment.end(), ram);
            checkLow(segment);
        }
        long behind = Math.max(PhysicalMemoryMap.UPPER_MEMORY, image.end() + PAGE - 1 & -PAGE);
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

    /**
     * Code for {@link #START}, in real mode, that enters a kernel which is in memory.
     *
     * @param descriptors physical address of a table with flat segments at selectors 08 and 10
     * @param limit its limit
     */
    public static byte[] start(Entry entry, int descriptors, int limit) {
        Assembler asm = new Assembler();
        asm.section("start", START, START);
        asm.bits(16);
        asm.emit("cli");
        asm.emit("lgdt", Mem.at(asm.label("descriptors")));
        asm.emit("mov", EAX, Cr.CR0);
        asm.emit("or", EAX, imm(PROTECTION));
        asm.emit("mov", Cr.CR0, EAX);
        asm.emit("jmp", new Far(FLAT_CODE, asm.label("flat")));
        asm.bind(asm.label("descriptors"));
        asm.bytes(new byte[] {(byte) limit, (byte) (limit >> 8)});
        asm.word(imm(descriptors));
        asm.bits(32);
        asm.bind(asm.label("flat"));
        asm.emit("mov", EAX, imm(FLAT_DATA));
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS, Seg.SS}) asm.emit("mov", segment, EAX);
        asm.emit("mov", EAX, imm(BOOTLOADER_MAGIC));
        asm.emit("mov", EBX, imm(entry.ebx()));
        asm.emit("mov", ECX, imm(entry.eip()));
        asm.emit("jmp", ECX);
        return asm.link().segments().get(0).bytes();
    }

    /** No machine has memory so high. */
    private static void checkNotHigh(Executable.Segment segment) {
        long from = segment.physical();
        check(
                from < HIGHEST || from != segment.virtual(),
                "linked to run at 0x%x, and loaded there too: a kernel for high addresses names low physical ones, in the linker"
                        + " script for instance with AT(ADDR(.text) - 0xC0000000)",
                from);
    }

    /**
     * The kernel does not begin between adapters and ROM. Other parts of its file may lie there and are not loaded: linkers put the
     * headers below a text that begins at 0x100000, and nobody reads them in memory.
     */
    private static void checkEntry(int entry) {
        check(
                entry < PhysicalMemoryMap.LOW_MEMORY_END || entry >= PhysicalMemoryMap.UPPER_MEMORY,
                "the entry point 0x%x lies where a PC has its BIOS data, adapters and ROM; link the kernel to 0x100000 or above",
                entry);
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

    /** What a PC keeps at the beginning of memory would be overwritten. */
    private static void checkLow(Executable.Segment segment) {
        check(
                segment.physical() >= LOW_MEMORY,
                "segment at physical 0x%x..0x%x lies where a PC has its interrupt vectors and BIOS data; link the kernel to 0x100000"
                        + " or above",
                segment.physical(),
                segment.end());
    }

    private static void store(byte[] file, Executable.Segment segment, Ram ram) {
        int address = (int) segment.physical();
        ram.fill(address, (int) segment.memorySize(), (byte) 0);
        ram.store(address, Arrays.copyOfRange(file, segment.offset(), segment.offset() + segment.fileSize()));
    }
}
