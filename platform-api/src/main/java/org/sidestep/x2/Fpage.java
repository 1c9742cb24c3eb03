package org.sidestep.x2;

/** Flexpages, naturally aligned regions of an address space: bits 0-2 rights, 4-9 log2 of the size, 10-31 base. */
public final class Fpage {

    private Fpage() {}

    public static final int EXECUTE = 1;
    public static final int WRITE = 2;
    public static final int READ = 4;

    /** Read and execute. */
    public static final int READ_ONLY = READ | EXECUTE;
    /** Read, write and execute; also the bits of the rights. */
    public static final int ALL_RIGHTS = READ | WRITE | EXECUTE;

    public static final int SIZE_SHIFT = 4;
    /** Of a shifted fpage: log2 of the size. */
    public static final int SIZE = 0x3F;
    /** The size of {@link #COMPLETE}. */
    public static final int COMPLETE_SIZE = 1;

    public static final int BASE = 0xFFFFFC00;

    /** The size of an I/O fpage, whose own size and port are elsewhere. */
    public static final int IO_SIZE = 2;

    /** In an I/O fpage: log2 of the number of ports. */
    public static final int PORTS_SHIFT = 10;
    /** In an I/O fpage: the first port. */
    public static final int PORT_SHIFT = 16;

    public static final int NIL = 0;
    /** The whole address space, without rights. */
    public static final int COMPLETE = COMPLETE_SIZE << SIZE_SHIFT;

    /** The smallest page of IA-32. */
    public static final int PAGE_SIZE = 4096;
    /** Its log2. */
    public static final int PAGE_SHIFT = 12;

    /** The region of {@code size} bytes, a power of two, at {@code address}. */
    public static int of(int address, int size, int rights) {
        return ofLog2(address, Integer.numberOfTrailingZeros(size), rights);
    }

    /** 2^{@code size} ports from {@code port} on. */
    public static int ofPorts(int port, int size, int rights) {
        return port << PORT_SHIFT | size << PORTS_SHIFT | IO_SIZE << SIZE_SHIFT | rights;
    }

    /** The region of 2^{@code size} bytes at {@code address}. */
    public static int ofLog2(int address, int size, int rights) {
        return address | size << SIZE_SHIFT | rights;
    }
}
