package org.sidestep.machine.ia32.mmu;

import static org.sidestep.machine.ia32.mmu.Paging.ACCESSED;
import static org.sidestep.machine.ia32.mmu.Paging.DIRTY;
import static org.sidestep.machine.ia32.mmu.Paging.ERROR_PRESENT;
import static org.sidestep.machine.ia32.mmu.Paging.ERROR_RESERVED;
import static org.sidestep.machine.ia32.mmu.Paging.LARGE;
import static org.sidestep.machine.ia32.mmu.Paging.PRESENT;
import static org.sidestep.machine.ia32.mmu.Paging.USER;
import static org.sidestep.machine.ia32.mmu.Paging.WRITABLE;

import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Paging with physical address extension (SDM vol. 3, section 4.4): entries of 64 bits, pages of 4 KB and 2 MB, and four
 * page-directory pointers that the processor keeps from one load of CR3 to the next. This machine has 32 address lines,
 * so the upper half of every entry is reserved.
 */
final class ExtendedWalk {
    static final int LARGE_SHIFT = 21;

    private static final int LARGE_FRAME = -1 << LARGE_SHIFT;
    private static final int SMALL_FRAME = 0xFFFFF000;
    private static final int LARGE_RESERVED = 0x001FE000;
    private static final int POINTER_RESERVED = 0x1E6;
    private static final int POINTERS = 4;

    private final Ram ram;
    private final PageWalk paging;
    private int[] pointers = new int[POINTERS];

    ExtendedWalk(Ram ram, PageWalk paging) {
        this.ram = ram;
        this.paging = paging;
    }

    /**
     * Loads the page-directory pointers that {@code cr3} points to.
     *
     * @throws Fault #GP(0) if a pointer that is present has a reserved bit set; the old ones stay
     */
    void load(int cr3) {
        int[] loaded = new int[POINTERS];
        for (int i = 0; i < POINTERS; i++) {
            int at = (cr3 & ~31) + 8 * i & paging.addressMask;
            loaded[i] = ram.read32(at);
            boolean reserved = ram.read32(at + 4) != 0 || (loaded[i] & POINTER_RESERVED) != 0;
            if ((loaded[i] & PRESENT) != 0 && reserved) throw Fault.gp(0);
        }
        pointers = loaded;
    }

    /** The pointers, never changed in place. */
    int[] pointers() {
        return pointers;
    }

    void setPointers(int[] saved) {
        pointers = saved;
    }

    /** As {@link PageWalk#walk}. */
    int walk(int linear, PageCache cache, WalkListener listener) {
        int pointer = pointers[linear >>> 30];
        if ((pointer & PRESENT) == 0) throw Fault.pf(linear, PageWalk.errorCode(cache));
        int directoryAt = directoryAt(pointer, linear);
        int directory = present(directoryAt, linear, cache);
        boolean fetch = cache.access == PageCache.Access.FETCH;
        int seen = ACCESSED | (cache.access == PageCache.Access.WRITE ? DIRTY : 0);
        if ((directory & LARGE) != 0) {
            if ((directory & LARGE_RESERVED) != 0) throw reserved(linear, cache);
            paging.require(directory, linear, cache);
            paging.mark(directoryAt, directory, seen, fetch, listener);
            return (directory | seen) & (LARGE_FRAME | 0xFF) | directory & paging.globalMask();
        }
        int tableAt = tableAt(directory, linear);
        int entry = present(tableAt, linear, cache);
        int rights = entry & (directory | ~(USER | WRITABLE));
        paging.require(rights, linear, cache);
        paging.mark(directoryAt, directory, ACCESSED, fetch, listener);
        paging.mark(tableAt, entry, seen, fetch, listener);
        return (rights | seen) & (SMALL_FRAME | 0x7F) | entry & paging.globalMask();
    }

    /** As {@link PageWalk#peek}. */
    long peek(int linear) {
        int pointer = pointers[linear >>> 30];
        if ((pointer & PRESENT) == 0) return -1;
        int directory = ram.read32(directoryAt(pointer, linear));
        if ((directory & PRESENT) == 0) return -1;
        if ((directory & LARGE) != 0) return paging.masked(directory & LARGE_FRAME | linear & ~LARGE_FRAME);
        int entry = ram.read32(tableAt(directory, linear));
        return (entry & PRESENT) == 0 ? -1 : paging.masked(entry & SMALL_FRAME | linear & ~SMALL_FRAME);
    }

    /** The lower half of an entry that must be present. */
    private int present(int at, int linear, PageCache cache) {
        int entry = ram.read32(at);
        if ((entry & PRESENT) == 0) throw Fault.pf(linear, PageWalk.errorCode(cache));
        if (ram.read32(at + 4) != 0) throw reserved(linear, cache);
        return entry;
    }

    private static Fault reserved(int linear, PageCache cache) {
        return Fault.pf(linear, PageWalk.errorCode(cache) | ERROR_PRESENT | ERROR_RESERVED);
    }

    private int directoryAt(int pointer, int linear) {
        return (pointer & SMALL_FRAME) + (linear >>> 18 & 0xFF8) & paging.addressMask;
    }

    private int tableAt(int directory, int linear) {
        return (directory & SMALL_FRAME) + (linear >>> 9 & 0xFF8) & paging.addressMask;
    }
}
