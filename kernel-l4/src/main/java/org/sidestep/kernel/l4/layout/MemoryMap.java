package org.sidestep.kernel.l4.layout;

/** Where everything is, physically and linearly. */
public final class MemoryMap {

    private MemoryMap() {}

    /** Linear address of physical 0: a window on all memory in global 4 MB supervisor pages. */
    public static final int WINDOW = 0xF0000000;

    /** How much memory the window can show; what lies beyond is not used. */
    public static final int WINDOW_SIZE = 240 << 20;

    // Physical addresses. All that is loaded lies between 1 MB and 4 MB, so that boot loaders and programs have the
    // rest.

    public static final int BOOT_CODE = 0x00100000;
    public static final int KERNEL_TEXT = 0x00110000;
    public static final int KERNEL_DATA = 0x00180000;
    public static final int KERNEL_BSS = 0x001C0000;
    /** Task state segment with its I/O bitmap. Below it is room for what a debug exception pushes at SYSENTER's stack. */
    public static final int TSS = 0x001F0100;

    public static final int MASTER_DIRECTORY = 0x00200000;
    /** Page table behind the directory entry of {@link #CURRENT_UTCB}. */
    public static final int CURRENT_UTCB_TABLE = 0x00201000;
    /** Page table behind the directory entry of {@link #NIL_UTCB}. */
    public static final int NIL_UTCB_TABLE = 0x00202000;

    public static final int CURRENT_UTCB_PAGE = 0x00203000;
    public static final int NIL_UTCB_PAGE = 0x00204000;
    public static final int KIP_PAGE = 0x00205000;

    /** The kernel's own sigma0. */
    public static final int SIGMA0_IMAGE = 0x00300000;

    public static final int SIGMA0_IMAGE_END = 0x00380000;
    /** What the kernel tells the root task of the modules that it found. */
    public static final int BOOT_INFORMATION = 0x00380000;

    public static final int IMAGE_END = 0x00400000;

    /**
     * The kernel's memory that is not loaded. Where it lies is said by a descriptor of reserved memory in the kernel interface page, or
     * the kernel takes it from conventional memory: a block aligned to 4 MB, whose parts follow.
     */
    public static final int KERNEL_MEMORY_SIZE = 0x00C00000;

    /** The thread control blocks of the first numbers, at its begin: one 4 MB page. */
    public static final int FIRST_TCBS_SIZE = 0x00400000;
    /** Then page tables and directories, with their part of the mapping database. */
    public static final int HEAP_TABLES_SIZE = 0x00600000;
    /** Single pages, in a block aligned to its size. */
    public static final int HEAP_PAGES = FIRST_TCBS_SIZE + HEAP_TABLES_SIZE;
    /** The page tables of the other thread control blocks, behind the pages. */
    public static final int TCB_TABLES_SIZE = 63 * 0x1000;

    public static final int TCB_TABLES = KERNEL_MEMORY_SIZE - TCB_TABLES_SIZE;
    public static final int HEAP_PAGES_SIZE = TCB_TABLES - HEAP_PAGES;

    /** More page tables and directories: the largest block of conventional memory that is at most three sixteenths of all up to its end. */
    public static final int LARGEST_EXTENSION = 0x02400000;

    /** Where images with a user program of the project's own have the kernel's memory. */
    public static final int OWN_KERNEL_MEMORY = IMAGE_END;
    /** From here up their memory is conventional, and the user program is loaded. */
    public static final int USER_MEMORY = 0x01000000;

    // A page's first cache lines compete for one set with the first lines of all other pages. An address-space switch
    // walks page tables and directories, so what it touches in them and in the kernel's structures is spread over the
    // sets.

    public static final int USER_CODE = 0x01008000;
    public static final int USER_DATA = 0x01410000;
    public static final int USER_BSS = 0x01820000;
    /** The least memory with which the kernel boots. */
    public static final int LEAST_MEMORY = 0x02000000;

    // linear addresses

    /** Where sigma0 reads the thread control blocks. */
    public static final int TCBS_VIEW = 0xAF000000;

    /** First address that user level cannot have mapped for itself. */
    public static final int USER_END = 0xC0000000;

    /**
     * The word that names the current UTCB, behind {@code %gs:0}; user-writable, in every space. It is in the middle of its page: see above,
     * neither control blocks, UTCBs nor the first entries of page tables compete with it for a set.
     */
    public static final int CURRENT_UTCB = 0xDF000A40;

    /** The thread control blocks, by number; where there is none, zeros. */
    public static final int TCBS = 0xE0000000;

    /** Zeros, readable by all: the UTCB of nil and of anylocal, as far as its status goes. */
    public static final int NIL_UTCB = 0xFFFFF000;

    public static final int KIP = 0xBFF00000;
    public static final int UTCB_AREA = 0xBF000000;
    public static final int UTCB_AREA_SIZE = 0x20000;
    /** So much of a space's UTCB area can have UTCBs. */
    public static final int USED_UTCB_AREA = 0x200000;

    // sizes

    public static final int PAGE = 0x1000;
    public static final int LARGE_PAGE = 0x400000;
    /** A page table or page directory with the three pages of its mapping nodes, aligned to as much. */
    public static final int TABLE = 0x4000;

    public static final int UTCB_SIZE = 512;

    public static final int TCB_SIZE = 2048;
    public static final int TCB_SHIFT = 11;
    /** Offset of a TCB's first word. */
    public static final int TCB_ORIGIN = 0x40;
    /** Offset of a space structure's first word in its page. */
    public static final int SPACE_ORIGIN = 0x60;

    /** Numbers of threads. */
    public static final int THREADS = 1 << 17;
    /** How many of them have their thread control blocks from the beginning. */
    public static final int FIRST_THREADS = FIRST_TCBS_SIZE / TCB_SIZE;

    /** The linear address of a physical one, through the window. */
    public static int window(int physical) {
        return WINDOW + physical;
    }
}
