package org.sidestep.workloads.l4;

/** Flexpages: naturally aligned regions of an address space (X.2 reference manual, section 4.1). */
public final class Fpage {

    private Fpage() {}

    public static final int PAGE_SIZE = 4096;

    /** Read and execute. */
    public static final int READ_ONLY = 5;

    /** Read, write and execute. */
    public static final int ALL_RIGHTS = 7;

    /** The region of {@code size} bytes, a power of two, at {@code address}. */
    public static int of(int address, int size, int rights) {
        return address | Integer.numberOfTrailingZeros(size) << 4 | rights;
    }
}
