package org.sidestep.kernel.l4.memory;

/** Bits of page directory and page table entries (SDM vol. 3, "32-Bit Paging"). */
public final class PageBits {

    private PageBits() {}

    public static final int PRESENT = 1;
    public static final int WRITABLE = 2;
    public static final int USER = 4;
    /** Written through, and not cached at all. */
    public static final int WRITE_THROUGH = 8;

    public static final int CACHE_DISABLED = 0x10;
    /** How a page is cached; both: not at all, whatever else says so. */
    public static final int UNCACHED = WRITE_THROUGH | CACHE_DISABLED;

    public static final int ACCESSED = 0x20;
    public static final int DIRTY = 0x40;
    /** In a directory entry: a 4 MB page. */
    public static final int LARGE = 0x80;

    public static final int GLOBAL = 0x100;
    /** Free for software: the kernel's own page (KIP or UTCB), which no fpage operation touches. */
    public static final int KERNEL_OWNED = 0x200;

    /**
     * Free for software: {@link #ACCESSED} and {@link #DIRTY} as the page's own space has been told, but not yet those from which it
     * has the page.
     */
    static final int TOLD = (ACCESSED | DIRTY) << PageBits.TOLD_SHIFT;

    static final int TOLD_SHIFT = 5;

    public static final int FRAME = 0xFFFFF000;

    public static final int USER_TABLE = PRESENT | WRITABLE | USER;

    /** Offset in a page directory of the entry for a linear address. */
    public static int directoryOffset(int linear) {
        return (linear >>> 22) * 4;
    }
}
