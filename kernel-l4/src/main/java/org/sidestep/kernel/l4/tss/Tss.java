package org.sidestep.kernel.l4.tss;

import java.util.Arrays;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The task state segment: kernel stack and I/O bitmap of whoever runs (SDM vol. 3, "Task Management"). */
public final class Tss extends KernelRoutines {

    private static final Struct TSS = Struct.upwards("tss", 0);

    private static final Field LINK = TSS.word("link");
    private static final Field ESP0 = TSS.word("esp0");
    private static final Field SS0 = TSS.word("ss0");
    private static final Field REST = TSS.bytes("rest", 0x66 - 12);
    private static final Field IO_MAP_BASE = TSS.bytes("ioMapBase", 2);

    /** Offset of the bitmap that opens ports. */
    private static final int IO_MAP = SpaceLayout.PORTS;

    private static final int IO_MAP_SIZE = SpaceLayout.IO_MAP_SIZE;

    /** Offset of the bitmap that opens those of the consoles and of the run's end. */
    private static final int CONSOLES_IO_MAP = SpaceLayout.CONSOLES_PORTS;

    /** Those of the interrupt controllers and the timer are the kernel's. */
    private static final int[] KERNELS = {0x20, 0x21, 0x40, 0x41, 0x42, 0x43, 0xA0, 0xA1};

    private static final int SIZE = SpaceLayout.GIVEN_PORTS + IO_MAP_SIZE;

    /** The last byte that belongs to it. */
    public static final int LIMIT = SIZE - 1;

    /** Linear address. */
    public static final int ADDRESS = MemoryMap.window(MemoryMap.TSS);

    /** Linear address of esp0, which SYSENTER's stack pointer is pointed at. */
    public static final int ESP0_ADDRESS = ADDRESS + ESP0.offset();

    public Tss(Kernel kernel) {
        super(kernel);
    }

    /** Linear address of the bitmap at an offset. */
    public static int bitmap(int offset) {
        return ADDRESS + offset;
    }

    /** The stack pointer with which the kernel is entered. */
    public static Mem esp0() {
        return Mem.absolute(ESP0_ADDRESS).dword().of(ESP0);
    }

    /** The low half of the I/O bitmap's offset; 16 bits. */
    public static Mem ioMapBase() {
        return Mem.absolute(ADDRESS + IO_MAP_BASE.offset()).word().of(IO_MAP_BASE);
    }

    @Override
    public void emit() {
        asm.section("tss", ADDRESS, MemoryMap.TSS);
        byte[] tss = new byte[SIZE];
        tss[SS0.offset()] = Selectors.KERNEL_DATA;
        tss[IO_MAP_BASE.offset()] = (byte) 0xFF;
        tss[IO_MAP_BASE.offset() + 1] = (byte) 0xFF;
        for (int port : KERNELS) tss[IO_MAP + port / 8] |= (byte) (1 << port % 8);
        Arrays.fill(tss, CONSOLES_IO_MAP - 1, SIZE, (byte) 0xFF);
        for (int port = 0x3F8; port <= 0x3FF; port++) openToAll(tss, port);
        openToAll(tss, 0xE9);
        openToAll(tss, 0xF4);
        asm.bytes(tss);
        kernel.text();
    }

    private static void openToAll(byte[] tss, int port) {
        tss[CONSOLES_IO_MAP + port / 8] &= (byte) ~(1 << port % 8);
    }
}
