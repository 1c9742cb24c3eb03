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
    /** Likewise invalid, of a slot that {@link #filled} has. */
    private static final int DROPPED = 3;

    final Access access;
    final boolean user;
    public final int[] tags = new int[SIZE];
    public final int[] frames = new int[SIZE];
    /** The slots that are not empty, so that a load of CR3 need not look at all. */
    private final int[] filled = new int[SIZE];

    private int filledCount;
    /** Of each slot, whether the translation is global: that it outlives a load of CR3. */
    private final boolean[] global = new boolean[SIZE];

    /** What an access is for. */
    enum Access {
        READ,
        WRITE,
        FETCH
    }

    PageCache(Access access, boolean user) {
        this.access = access;
        this.user = user;
        Arrays.fill(tags, INVALID);
    }

    public boolean contains(int linear) {
        return tags[linear >>> 12 & SIZE - 1] == (linear & ~0xFFF);
    }

    /** The physical address; only if {@link #contains} the page. */
    public int physical(int linear) {
        return frames[linear >>> 12 & SIZE - 1] | linear & 0xFFF;
    }

    void put(int linear, int physical, boolean isGlobal) {
        int slot = linear >>> 12 & SIZE - 1;
        if (tags[slot] == INVALID) filled[filledCount++] = slot;
        tags[slot] = linear & ~0xFFF;
        frames[slot] = physical & ~0xFFF;
        global[slot] = isGlobal;
    }

    /** Drops what lies in the page of {@code 1 << pageShift} bytes around {@code linear}. */
    void drop(int linear, int pageShift) {
        if (pageShift > 12) flush(false);
        else if (contains(linear)) tags[linear >>> 12 & SIZE - 1] = DROPPED;
    }

    /** Drops all, or all that is not global. */
    void flush(boolean keepGlobal) {
        int kept = 0;
        for (int i = 0; i < filledCount; i++) {
            int slot = filled[i];
            if (keepGlobal && global[slot]) filled[kept++] = slot;
            else tags[slot] = INVALID;
        }
        filledCount = kept;
    }
}
