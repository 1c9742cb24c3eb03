package org.sidestep.machine.ia32.cpu;

import org.sidestep.machine.ia32.fault.Fault;

/** A segment register: selector and the descriptor cached with it, which alone counts until the next load. */
public final class SegmentRegister {
    /** Offsets below this end (biased, so that a signed comparison orders them) need no further check; no access is wider. */
    private static final int WIDEST = 8;

    /** The limit of a 4 GB segment: accesses wrap around at its end, as they do on real parts. */
    private static final int FLAT = 0xFFFFFFFF;

    private final boolean stack;
    public int selector;
    private Descriptor descriptor;
    public int base;
    public int limit;
    public boolean big;
    private boolean flat;
    private boolean readable;
    private boolean writable;
    private int readEnd = Integer.MIN_VALUE;
    private int writeEnd = Integer.MIN_VALUE;

    /** @param stack whether limit violations raise #SS rather than #GP */
    public SegmentRegister(boolean stack) {
        this.stack = stack;
    }

    /** Loads the hidden part from a descriptor that has been checked. */
    public void load(int newSelector, Descriptor loaded) {
        selector = newSelector;
        boolean same = descriptor != null && loaded.isAlike(descriptor);
        descriptor = loaded;
        if (same) return;
        base = loaded.base();
        limit = loaded.limit();
        big = loaded.big();
        readable = loaded.readable();
        writable = loaded.writable();
        boolean simple = !loaded.expandDown() && Integer.compareUnsigned(limit, WIDEST) >= 0;
        flat = limit == FLAT && !loaded.expandDown();
        int end = flat ? Integer.MAX_VALUE : limit - WIDEST + 2 + Integer.MIN_VALUE;
        readEnd = simple && readable ? end : Integer.MIN_VALUE;
        writeEnd = simple && writable ? end : Integer.MIN_VALUE;
    }

    /**
     * Real mode: the base follows from the selector, and the rest stays as it is (SDM vol. 3, section 20.1.1), so limits
     * above 64 KB survive a visit to protected mode.
     */
    void loadParagraph(int paragraph) {
        Descriptor kept = descriptor == null ? Descriptor.REAL : descriptor;
        load(paragraph, kept.at(paragraph << 4));
    }

    /** Loads a null selector: the register cannot be used for an access. */
    public void loadNull(int newSelector) {
        selector = newSelector;
        descriptor = null;
        base = 0;
        limit = 0;
        flat = false;
        readable = false;
        writable = false;
        readEnd = Integer.MIN_VALUE;
        writeEnd = Integer.MIN_VALUE;
    }

    /** Whether a null selector was loaded: any access through it faults. */
    public boolean isNull() {
        return descriptor == null;
    }

    /** The cached descriptor, or null. */
    public Descriptor descriptor() {
        return descriptor;
    }

    /** The linear address for a read of up to 8 bytes at {@code offset}. */
    int readable(int offset, int bytes) {
        if (offset + Integer.MIN_VALUE >= readEnd) check(readable, offset, bytes);
        return base + offset;
    }

    /** The linear address for a write of up to 8 bytes at {@code offset}. */
    public int writable(int offset, int bytes) {
        if (offset + Integer.MIN_VALUE >= writeEnd) check(writable, offset, bytes);
        return base + offset;
    }

    /** Offsets below this, both biased by 2^31, can be read without a further check. */
    public int readEnd() {
        return readEnd;
    }

    /** Likewise, be written. */
    public int writeEnd() {
        return writeEnd;
    }

    /** Whether offsets are linear addresses, all of them within the limit. */
    public boolean isFlat() {
        return flat && base == 0;
    }

    /** Likewise, and all of memory can be read and written through the segment. */
    public boolean isFlatData() {
        return flat && base == 0 && readable && writable;
    }

    /** The linear address for fetching a code byte. */
    public int fetchable(int offset) {
        if (!flat && !within(offset, 1)) throw Fault.gp(0);
        return base + offset;
    }

    /** Whether {@code [offset, offset + bytes)} lies inside the limit (SDM vol. 3, section 5.3). */
    public boolean within(int offset, int bytes) {
        if (flat) return true;
        if (descriptor == null) return false;
        long first = Integer.toUnsignedLong(offset);
        long last = first + bytes - 1;
        long top = Integer.toUnsignedLong(limit);
        if (!descriptor.expandDown()) return last <= top;
        return first > top && last <= (big ? 0xFFFFFFFFL : 0xFFFFL);
    }

    private void check(boolean allowed, int offset, int bytes) {
        if (descriptor == null || !allowed) throw Fault.gp(0);
        if (!within(offset, bytes)) throw stack ? Fault.ss(0) : Fault.gp(0);
    }

    /** Becomes equal to another, hidden part and all. */
    public void copy(SegmentRegister other) {
        if (other.descriptor == null) loadNull(other.selector);
        else load(other.selector, other.descriptor);
    }
}
