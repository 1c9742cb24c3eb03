package org.sidestep.machine.ia32.boot;

import static org.sidestep.elf.Executable.check;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.SP;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Far;
import org.sidestep.isa.Seg;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootSource.Image;

/**
 * Lays a Linux kernel out as The Linux/x86 Boot Protocol asks (version 2.02 and later, kernels loaded high): the real-mode part
 * and the command line below 640 KB, the rest at one megabyte, the initial RAM disk at the end of memory. It is entered in
 * real mode and asks the firmware for all else.
 */
public final class LinuxLoader {

    // spotless:off
    private static final int SETUP_SECTS = 0x1F1, VIDEO_MODE = 0x1FA, MAGIC_AT = 0x202, VERSION = 0x206, LOADER_TYPE = 0x210, LOAD_FLAGS = 0x211;
    private static final int DISK_ADDRESS = 0x218, DISK_SIZE = 0x21C, HEAP_END = 0x224, COMMAND_LINE = 0x228, DISK_ADDRESS_MAX = 0x22C, COMMAND_LINE_MAX = 0x238, INIT_SIZE = 0x260, HEADER_END = 0x264;
    private static final int MAGIC = 0x53726448, OLDEST = 0x0202, WITH_DISK_MAX = 0x0203, WITH_LINE_MAX = 0x0206, WITH_INIT_SIZE = 0x020A;
    private static final int LOADED_HIGH = 0x01, CAN_USE_HEAP = 0x80, UNREGISTERED_LOADER = 0xFF, NORMAL_VIDEO = 0xFFFF, DEFAULT_SECTS = 4;
    private static final int SETUP = 0x10000, STACK = 0xE000, HEAP_MARGIN = 0x200, LARGEST_SETUP = 0x8000, LINE = 0x1E000, OLD_LINE_MAX = 255;
    private static final long OLD_DISK_END = 0x3800_0000L;
    private static final int SECTOR = 512, PAGE = 4096, BOOT_SECTOR = 0x7C00;
    // spotless:on

    /** Bytes and the physical address where they go. */
    public record Piece(int address, byte[] bytes) {}

    private final BootSource.Linux source;
    private final ByteBuffer kernel;
    private final int memory;
    private final int setupSize;

    private LinuxLoader(BootSource.Linux source, int memory) {
        this.source = source;
        this.memory = memory;
        kernel = ByteBuffer.wrap(source.kernel().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        check(kernel.limit() >= HEADER_END && kernel.getInt(MAGIC_AT) == MAGIC, "no Linux kernel");
        int sectors = kernel.get(SETUP_SECTS) & 0xFF;
        setupSize = ((sectors == 0 ? DEFAULT_SECTS : sectors) + 1) * SECTOR;
        boolean high = (kernel.get(LOAD_FLAGS) & LOADED_HIGH) != 0;
        check(version() >= OLDEST && high, "a Linux kernel of boot protocol %x: boot it from a disk", version());
        check(setupSize < kernel.limit() && setupSize <= LARGEST_SETUP, "truncated, or no Linux kernel");
    }

    /**
     * All that goes to memory, with code that enters the kernel in the place of a boot sector.
     *
     * @param memory its size
     * @throws org.sidestep.machine.BadImage if the kernel is none or too old, or something does not fit
     */
    public static List<Piece> pieces(BootSource.Linux source, int memory) {
        return new LinuxLoader(source, memory).pieces();
    }

    private int version() {
        return kernel.getShort(VERSION) & 0xFFFF;
    }

    private List<Piece> pieces() {
        byte[] file = kernel.array();
        byte[] line = (source.commandLine() + "\0").getBytes(StandardCharsets.ISO_8859_1);
        int longest = version() >= WITH_LINE_MAX ? kernel.getInt(COMMAND_LINE_MAX) : OLD_LINE_MAX;
        check(line.length - 1 <= longest, "takes a command line of at most %d characters", longest);
        ByteBuffer setup = ByteBuffer.wrap(Arrays.copyOf(file, setupSize)).order(ByteOrder.LITTLE_ENDIAN);
        setup.putShort(VIDEO_MODE, (short) NORMAL_VIDEO).put(LOADER_TYPE, (byte) UNREGISTERED_LOADER);
        setup.put(LOAD_FLAGS, (byte) (setup.get(LOAD_FLAGS) | CAN_USE_HEAP));
        setup.putShort(HEAP_END, (short) (STACK - HEAP_MARGIN)).putInt(COMMAND_LINE, LINE);
        byte[] rest = Arrays.copyOfRange(file, setupSize, file.length);
        long end = PhysicalMemoryMap.UPPER_MEMORY + Math.max(rest.length, initSize());
        check(end <= memory, "needs memory up to 0x%x; give the machine more", end);
        List<Piece> pieces = new ArrayList<>();
        source.initialDisk().ifPresent(disk -> pieces.add(initialDisk(setup, disk, end)));
        pieces.add(new Piece(SETUP, setup.array()));
        pieces.add(new Piece(LINE, line));
        pieces.add(new Piece(PhysicalMemoryMap.UPPER_MEMORY, rest));
        pieces.add(new Piece(BOOT_SECTOR, start()));
        return pieces;
    }

    /** How much memory the kernel needs before it can look at the memory map. */
    private long initSize() {
        return version() >= WITH_INIT_SIZE ? Integer.toUnsignedLong(kernel.getInt(INIT_SIZE)) : 0;
    }

    private Piece initialDisk(ByteBuffer setup, Image disk, long kernelEnd) {
        long most =
                version() >= WITH_DISK_MAX ? Integer.toUnsignedLong(kernel.getInt(DISK_ADDRESS_MAX)) + 1 : OLD_DISK_END;
        long address = Math.min(most, memory) - disk.bytes().length & -PAGE;
        check(
                address >= kernelEnd,
                "does not fit into memory together with its initial RAM disk of 0x%x bytes; give the machine more memory",
                disk.bytes().length);
        setup.putInt(DISK_ADDRESS, (int) address).putInt(DISK_SIZE, disk.bytes().length);
        return new Piece((int) address, disk.bytes());
    }

    /** Enters the setup code: one sector behind its segment, which all data segments are. */
    private static byte[] start() {
        Assembler asm = new Assembler();
        asm.section("start", BOOT_SECTOR, BOOT_SECTOR);
        asm.bits(16);
        asm.emit("cli");
        asm.emit("mov", AX, imm(SETUP >> 4));
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS, Seg.SS}) asm.emit("mov", segment, AX);
        asm.emit("mov", SP, imm(STACK));
        asm.emit("jmp", new Far(SETUP + SECTOR >> 4, imm(0)));
        return Arrays.copyOf(asm.link().segments().get(0).bytes(), SECTOR);
    }
}
