package org.sidestep.machine.ia32.cpu;

/** GDTR or IDTR. */
public final class TableRegister {
    public int base;
    public int limit = 0xFFFF;

    /** Whether an 8-byte entry at {@code offset} lies within the limit. */
    public boolean contains(int offset) {
        return offset + 7 <= limit;
    }

    void copy(TableRegister other) {
        base = other.base;
        limit = other.limit;
    }
}
