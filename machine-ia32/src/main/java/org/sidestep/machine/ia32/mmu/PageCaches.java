package org.sidestep.machine.ia32.mmu;

import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.PageCache.Access;

/** The {@link PageCache}s of an {@link Mmu}: for each kind of access, that of supervisors and that of users. */
final class PageCaches {
    private final Ram ram;
    private final CodePages code;

    private final PageCache[] reads = caches(Access.READ);
    private final PageCache[] writes = caches(Access.WRITE);
    /** Pages that would be in {@link #writes} if they did not hold decoded code. */
    private final PageCache[] guarded = caches(Access.WRITE);

    private final PageCache[] fetches = caches(Access.FETCH);

    PageCaches(Ram ram, CodePages code) {
        this.ram = ram;
        this.code = code;
    }

    private static PageCache[] caches(Access access) {
        return new PageCache[] {new PageCache(access, false), new PageCache(access, true)};
    }

    PageCache reads(boolean user) {
        return reads[user ? 1 : 0];
    }

    PageCache writes(boolean user) {
        return writes[user ? 1 : 0];
    }

    PageCache guarded(boolean user) {
        return guarded[user ? 1 : 0];
    }

    PageCache fetches(boolean user) {
        return fetches[user ? 1 : 0];
    }

    /** A translation that permits what the cache is for needs no further look from now on, as far as its page is memory. */
    void remember(PageCache cache, int linear, int physical, boolean global) {
        if (!ram.contains(physical & ~0xFFF, 0x1000)) return;
        ram.reach(physical);
        if (cache.access != Access.WRITE) cache.put(linear, physical, global);
        else if (ram.isReadOnly(physical)) return;
        else if (code.holdsCode(physical)) guarded(cache.user).put(linear, physical, global);
        else cache.put(linear, physical, global);
    }

    /** Whether a page is memory, and, to be written to, not protected; nor may code be in the line around the address then. */
    boolean isPlain(PageCache cache, int physical) {
        if (!ram.contains(physical & ~0xFFF, 0x1000)) return false;
        ram.reach(physical);
        if (cache.access != Access.WRITE) return true;
        return !ram.isReadOnly(physical) && !(code.holdsCode(physical) && code.holdsCodeInLine(physical));
    }

    /** A page of {@code 1 << pageShift} bytes has left a TLB. */
    void drop(int page, int pageShift, boolean instructions) {
        for (int level = 0; level < 2; level++) {
            if (instructions) {
                fetches[level].drop(page, pageShift);
            } else {
                reads[level].drop(page, pageShift);
                writes[level].drop(page, pageShift);
                guarded[level].drop(page, pageShift);
            }
        }
    }

    /** Drops all, or all that is not global. */
    void flush(boolean keepGlobal) {
        for (int level = 0; level < 2; level++) {
            reads[level].flush(keepGlobal);
            writes[level].flush(keepGlobal);
            guarded[level].flush(keepGlobal);
            fetches[level].flush(keepGlobal);
        }
    }

    /** A page has come to hold decoded code. */
    void flushWrites() {
        writes[0].flush(false);
        writes[1].flush(false);
    }
}
