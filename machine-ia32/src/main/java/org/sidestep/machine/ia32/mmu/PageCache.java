package org.sidestep.machine.ia32.mmu;

import java.util.Arrays;

/**
 * The host's short cut from linear to physical pages, one per kind of access. Invariant: what is in here is in the TLB
 * (or paging is off) with all rights that this kind of access needs, lies in RAM, and, for writes, is marked dirty and
 * holds no decoded code. So a hit here needs no further check and changes nothing.
 */
public final class PageCache {
    private static final int SIZE = 128;
    private static final int INVALID = 1;

    final Access access;
    final boolean user;
    public final int[] tags = new int[SIZE];
    public final int[] frames = new int[SIZE];

    /** What an access is for. */
    enum Access {
        READ,
        WRITE,
        FETCH
    }

    PageCache(Access access, boolean user) {
        this.access = access;
        this.user = user;
        flush();
    }

    public boolean contains(int linear) {
        return tags[linear >>> 12 & SIZE - 1] == (linear & ~0xFFF);
    }

    /** The physical address; only if {@link #contains} the page. */
    public int physical(int linear) {
        return frames[linear >>> 12 & SIZE - 1] | linear & 0xFFF;
    }

    void put(int linear, int physical) {
        int slot = linear >>> 12 & SIZE - 1;
        tags[slot] = linear & ~0xFFF;
        frames[slot] = physical & ~0xFFF;
    }

    /** Drops what lies in the page of {@code 1 << pageShift} bytes around {@code linear}. */
    void drop(int linear, int pageShift) {
        if (pageShift > 12) flush();
        else if (contains(linear)) tags[linear >>> 12 & SIZE - 1] = INVALID;
    }

    void flush() {
        Arrays.fill(tags, INVALID);
    }
}
