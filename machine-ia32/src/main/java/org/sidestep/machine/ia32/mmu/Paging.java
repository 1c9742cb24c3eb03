package org.sidestep.machine.ia32.mmu;

/** Bits of paging: table entries, page-fault error codes, control registers (SDM vol. 3, sections 2.5, 4.3 and 4.7). */
public final class Paging {
    public static final int PRESENT = 1;
    public static final int WRITABLE = 1 << 1;
    public static final int USER = 1 << 2;
    public static final int ACCESSED = 1 << 5;
    public static final int DIRTY = 1 << 6;
    /** In a directory entry: it maps a 4 MB page. */
    public static final int LARGE = 1 << 7;

    public static final int GLOBAL_SHIFT = 8;
    public static final int GLOBAL = 1 << GLOBAL_SHIFT;

    /** Error code: the page was present. */
    public static final int ERROR_PRESENT = 1;

    /** Error code: the access was a write. */
    public static final int ERROR_WRITE = 1 << 1;

    /** Error code: the access came from privilege level 3. */
    public static final int ERROR_USER = 1 << 2;

    /** Error code: a reserved bit was set. */
    public static final int ERROR_RESERVED = 1 << 3;

    public static final int CR0_PE = 1;
    public static final int CR0_WP = 1 << 16;
    public static final int CR0_PG = 1 << 31;
    public static final int CR4_PSE = 1 << 4;
    public static final int CR4_PAE = 1 << 5;
    public static final int CR4_PGE = 1 << 7;

    private Paging() {}
}
