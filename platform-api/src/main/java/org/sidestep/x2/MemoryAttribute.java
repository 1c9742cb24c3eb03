package org.sidestep.x2;

/** How memory is cached: attributes of MemoryControl on IA-32, and what may be asked of sigma0. */
public final class MemoryAttribute {

    private MemoryAttribute() {}

    public static final int DEFAULT = 0;
    public static final int WRITE_BACK = 1;
    public static final int WRITE_THROUGH = 2;
    public static final int UNCACHEABLE = 4;
    public static final int WRITE_COMBINING = 5;
    public static final int WRITE_PROTECTED = 8;
}
