package org.sidestep.machine.ia32.mmu;

import java.util.Arrays;

/**
 * A set-associative translation lookaside buffer for pages of one size. It replaces first in, first out within a set:
 * a hit changes nothing, so a translation that is known to be here can be used any number of times without coming back.
 * Entries stay, right or wrong, until they are replaced or invalidated.
 */
final class Tlb {
    /** No entry. */
    static final int MISS = -1;

    private static final int INVALID = 1;

    private final int ways;
    private final int setMask;
    private int pageShift;
    private final int[] tags;
    private final int[] entries;
    private final byte[] oldest;
    /** Whether there may be an entry; most guests have none in that of large pages. */
    private boolean used;

    /**
     * @param size entries in all
     * @param pageShift log2 of the page size
     */
    Tlb(int size, int ways, int pageShift) {
        this.ways = ways;
        this.pageShift = pageShift;
        this.setMask = size / ways - 1;
        tags = new int[size];
        entries = new int[size];
        oldest = new byte[size / ways];
        Arrays.fill(tags, INVALID);
    }

    private Tlb(Tlb other) {
        ways = other.ways;
        pageShift = other.pageShift;
        setMask = other.setMask;
        tags = other.tags.clone();
        entries = other.entries.clone();
        oldest = other.oldest.clone();
        used = other.used;
    }

    Tlb copy() {
        return new Tlb(this);
    }

    int pageShift() {
        return pageShift;
    }

    /** Changes the page size of a TLB that is empty. */
    void setPageShift(int shift) {
        pageShift = shift;
    }

    /** The slot that translates {@code linear}, or {@link #MISS}. */
    int find(int linear) {
        if (!used) return MISS;
        int page = linear >>> pageShift << pageShift;
        int first = set(linear) * ways;
        for (int slot = first; slot < first + ways; slot++) if (tags[slot] == page) return slot;
        return MISS;
    }

    /** The page-table entry cached in a slot, with the rights of both levels merged in. */
    int entry(int slot) {
        return entries[slot];
    }

    void update(int slot, int entry) {
        entries[slot] = entry;
    }

    /** The slot that the next entry for {@code linear} goes to. */
    int victim(int linear) {
        int set = set(linear);
        return set * ways + oldest[set];
    }

    /** Whether two pages have a set in common. */
    boolean together(int linear, int other) {
        return set(linear) == set(other);
    }

    /** The linear page in a slot; not page-aligned if there is none. */
    int page(int slot) {
        return tags[slot];
    }

    /** Puts an entry into the victim's slot. */
    void insert(int linear, int entry) {
        used = true;
        int set = set(linear);
        int slot = set * ways + oldest[set];
        tags[slot] = linear >>> pageShift << pageShift;
        entries[slot] = entry;
        oldest[set] = (byte) ((oldest[set] + 1) % ways);
    }

    /** Whether something holds of all translations: of linear page and entry. */
    boolean all(BiIntPredicate holds) {
        for (int slot = 0; slot < tags.length; slot++) {
            if (tags[slot] != INVALID && !holds.test(tags[slot], entries[slot])) return false;
        }
        return true;
    }

    /** A condition on a translation. */
    @FunctionalInterface
    interface BiIntPredicate {
        boolean test(int page, int entry);
    }

    void invalidate(int linear) {
        int slot = find(linear);
        if (slot != MISS) tags[slot] = INVALID;
    }

    /** Drops all entries, or all that are not global; without a branch, so that the host does several at once. */
    void flush(boolean keepGlobal) {
        if (!used) return;
        used = keepGlobal;
        int keep = keepGlobal ? -1 : 0;
        for (int slot = 0; slot < tags.length; slot++) {
            int kept = -(entries[slot] >>> Paging.GLOBAL_SHIFT & 1) & keep;
            tags[slot] = tags[slot] & kept | INVALID & ~kept;
        }
    }

    private int set(int linear) {
        return linear >>> pageShift & setMask;
    }
}
