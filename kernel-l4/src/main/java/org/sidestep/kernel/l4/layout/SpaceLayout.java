package org.sidestep.kernel.l4.layout;

import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The control structure of an address space: one frame of the kernel heap. */
public final class SpaceLayout {

    private SpaceLayout() {}

    private static final Struct SPACE = Struct.upwards("space", MemoryMap.SPACE_ORIGIN);

    /** Physical address. */
    public static final Field PAGE_DIRECTORY = SPACE.word("pageDirectory");
    /** Offset of the I/O bitmap in the TSS while this space runs. */
    public static final Field IO_MAP_BASE = SPACE.word("ioMapBase");

    public static final Field UTCB_AREA = SPACE.word("utcbArea");
    /** Bytes of it that can have UTCBs; 0 until SpaceControl has configured the space. */
    public static final Field UTCB_AREA_SIZE = SPACE.word("utcbAreaSize");
    /** Kernel address of a page, or table, of TCB pointers, indexed by (local id - UTCB area) / UTCB size; 0 for no thread. */
    public static final Field UTCB_MAP = SPACE.word("utcbMap");
    /** User address of the kernel interface page. */
    public static final Field KIP = SPACE.word("kip");
    /** How many threads it has; it is freed with the last one. */
    public static final Field THREADS = SPACE.word("threads");
    /** {@link #PRIVILEGED}, {@link #SIGMA0}. */
    public static final Field FLAGS = SPACE.word("flags");
    /** How many page tables it may still take of those that it was promised when it was made. */
    public static final Field TABLES_LEFT = SPACE.word("tablesLeft");

    /** Counts up with each space that is made; never 0. */
    public static final Field NUMBER = SPACE.word("number");

    /** Bytes of the whole UTCB area, where nothing else can be mapped. */
    public static final Field UTCB_AREA_WHOLE = SPACE.word("utcbAreaWhole");

    /** Global id of the thread that gets what its threads send to other spaces, or 0. */
    public static final Field REDIRECTOR = SPACE.word("redirector");

    /** Kernel address of the I/O bitmap of a space to which ports were given, or 0. */
    public static final Field IO_MAP = SPACE.word("ioMap");
    /** Another space that has one, or 0. */
    public static final Field NEXT_WITH_PORTS = SPACE.word("nextWithPorts");

    /** May call the privileged system calls. */
    public static final int PRIVILEGED = 1;
    /** Owns all memory that the kernel does not need: maps what it has not mapped itself. */
    public static final int SIGMA0 = 2;

    /** Page tables promised to a space: 4 KB pages in so many regions of 4 MB; its UTCBs and interface page are in two of them. */
    public static final int TABLES = 10;

    /** The same for the root task: enough for all memory that the window shows. */
    public static final int ROOT_TABLES = 64;

    /** The same for sigma0, which has what is not the kernel's in 4 MB pages, and sees all thread control blocks in small ones. */
    public static final int SIGMA0_TABLES = 8 + 64;

    /** {@link #IO_MAP_BASE} of a space with ports: the bitmap lies behind the 104 bytes of the TSS. */
    public static final int PORTS = 104;

    /** Bytes of a bitmap. The processor reads two at a time, so a byte of ones ends it. */
    public static final int IO_MAP_SIZE = 0x10000 / 8 + 1;

    /** {@link #IO_MAP_BASE} of a space that has the ports of the consoles and of the run's end alone: a second bitmap. */
    public static final int CONSOLES_PORTS = PORTS + IO_MAP_SIZE;

    /** {@link #IO_MAP_BASE} of the space whose {@link #IO_MAP} the TSS has: a third bitmap, which changes hands. */
    public static final int GIVEN_PORTS = CONSOLES_PORTS + IO_MAP_SIZE;

    /** {@link #IO_MAP_BASE} of a space without ports: beyond the TSS limit. */
    public static final int NO_PORTS = 0xFFFF;
}
