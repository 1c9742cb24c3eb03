package org.sidestep.machine.ia32.mmu;

import static org.sidestep.machine.ia32.mmu.Paging.ACCESSED;
import static org.sidestep.machine.ia32.mmu.Paging.CR0_PG;
import static org.sidestep.machine.ia32.mmu.Paging.CR0_WP;
import static org.sidestep.machine.ia32.mmu.Paging.CR4_PAE;
import static org.sidestep.machine.ia32.mmu.Paging.CR4_PGE;
import static org.sidestep.machine.ia32.mmu.Paging.CR4_PSE;
import static org.sidestep.machine.ia32.mmu.Paging.DIRTY;
import static org.sidestep.machine.ia32.mmu.Paging.ERROR_PRESENT;
import static org.sidestep.machine.ia32.mmu.Paging.ERROR_RESERVED;
import static org.sidestep.machine.ia32.mmu.Paging.ERROR_USER;
import static org.sidestep.machine.ia32.mmu.Paging.ERROR_WRITE;
import static org.sidestep.machine.ia32.mmu.Paging.GLOBAL;
import static org.sidestep.machine.ia32.mmu.Paging.LARGE;
import static org.sidestep.machine.ia32.mmu.Paging.PRESENT;
import static org.sidestep.machine.ia32.mmu.Paging.USER;
import static org.sidestep.machine.ia32.mmu.Paging.WRITABLE;

import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;

/**
 * Two-level paging (SDM vol. 3, section 4.3), and the way to its {@link ExtendedWalk extension}. The result of a walk is one entry: the frame, the rights that both levels
 * grant, dirty and global of the last level, and {@link Paging#LARGE} for a large page.
 */
final class PageWalk {
    private static final int LARGE_FRAME = 0xFFC00000;
    private static final int SMALL_FRAME = 0xFFFFF000;

    /** Bits of a 4 MB directory entry that must be zero: address bits beyond the 32 that this machine has. */
    private static final int LARGE_RESERVED = 0x003FE000;

    private final Ram ram;
    final ExtendedWalk extended;

    /** As in CR0, CR3 and CR4; {@link Mmu} keeps them up to date. */
    int cr0;

    int cr3;
    int cr4;

    /** Bits of a physical address that leave the processor. */
    int addressMask = -1;

    PageWalk(Ram ram) {
        this.ram = ram;
        extended = new ExtendedWalk(ram, this);
    }

    boolean isExtended() {
        return isExtended(cr0, cr4);
    }

    static boolean isExtended(int cr0, int cr4) {
        return (cr0 & CR0_PG) != 0 && (cr4 & CR4_PAE) != 0;
    }

    /** log2 of the size of a large page. */
    int largeShift() {
        return (cr4 & CR4_PAE) != 0 ? ExtendedWalk.LARGE_SHIFT : TlbPair.LARGE_SHIFT;
    }

    /**
     * Walks for an access and sets accessed and dirty bits; reports each level to {@code listener}.
     *
     * @throws Fault page fault, with nothing changed
     */
    int walk(int linear, PageCache cache, WalkListener listener) {
        if (isExtended()) return extended.walk(linear, cache, listener);
        boolean write = cache.access == PageCache.Access.WRITE;
        boolean fetch = cache.access == PageCache.Access.FETCH;
        int directoryAt = directoryAt(linear);
        int directory = ram.read32(directoryAt);
        int seen = ACCESSED | (write ? DIRTY : 0);
        if (isLarge(directory)) {
            require(directory, linear, cache);
            if ((directory & LARGE_RESERVED) != 0) {
                throw Fault.pf(linear, errorCode(cache) | ERROR_PRESENT | ERROR_RESERVED);
            }
            mark(directoryAt, directory, seen, fetch, listener);
            return (directory | seen) & (LARGE_FRAME | 0xFF) | directory & globalMask();
        }
        if ((directory & PRESENT) == 0) throw Fault.pf(linear, errorCode(cache));
        int tableAt = tableAt(directory, linear);
        int entry = ram.read32(tableAt);
        int rights = entry & (directory | ~(USER | WRITABLE));
        require(rights, linear, cache);
        mark(directoryAt, directory, ACCESSED, fetch, listener);
        mark(tableAt, entry, seen, fetch, listener);
        return seen | smallEntry(directory, entry);
    }

    /** The table entries that {@link #quiet} has read: of the directory, and of a table, or -1 for a large page. */
    int directoryRead;

    int tableRead;

    /**
     * What {@link #walk} would find, if it changed nothing in the tables: they are plain, the access is permitted, and accessed and
     * dirty bits are set. Else 0.
     */
    int quiet(int linear, PageCache cache) {
        if (isExtended()) return 0;
        int seen = ACCESSED | (cache.access == PageCache.Access.WRITE ? DIRTY : 0);
        directoryRead = directoryAt(linear);
        int directory = ram.read32(directoryRead);
        if (isLarge(directory)) {
            boolean plain = (directory & (seen | LARGE_RESERVED)) == seen && permits(directory, cache);
            tableRead = -1;
            return plain ? directory & (LARGE_FRAME | 0xFF) | directory & globalMask() : 0;
        }
        if ((directory & (PRESENT | ACCESSED)) != (PRESENT | ACCESSED)) return 0;
        tableRead = tableAt(directory, linear);
        int entry = ram.read32(tableRead);
        int rights = entry & (directory | ~(USER | WRITABLE));
        boolean plain = (entry & (PRESENT | seen)) == (PRESENT | seen) && permits(rights, cache);
        return plain ? smallEntry(directory, entry) : 0;
    }

    /** The physical address for a debugger's read without any effect, or -1 (as a long) if nothing is mapped. */
    long peek(int linear) {
        if (isExtended()) return extended.peek(linear);
        int directory = ram.read32(directoryAt(linear));
        if ((directory & PRESENT) == 0) return -1;
        if (isLarge(directory)) return masked(directory & LARGE_FRAME | linear & ~LARGE_FRAME);
        int entry = ram.read32(tableAt(directory, linear));
        if ((entry & PRESENT) == 0) return -1;
        return masked(entry & SMALL_FRAME | linear & ~SMALL_FRAME);
    }

    /** Whether a walk would now find a translation that was found earlier, apart from accessed and dirty bits. */
    boolean isCurrent(int linear, int entry) {
        if (isExtended()) return false;
        int directory = ram.read32(directoryAt(linear));
        if ((directory & PRESENT) == 0) return false;
        boolean large = isLarge(directory);
        int now = large
                ? directory & (LARGE_FRAME | 0xFF) | directory & globalMask()
                : smallEntry(directory, ram.read32(tableAt(directory, linear)));
        return ((now ^ entry) & ~(ACCESSED | DIRTY)) == 0;
    }

    private int smallEntry(int directory, int entry) {
        int rights = entry & (directory | ~(USER | WRITABLE));
        return rights & (SMALL_FRAME | 0x7F) | entry & globalMask();
    }

    long masked(int physical) {
        return Integer.toUnsignedLong(physical & addressMask);
    }

    Registers save() {
        return new Registers(cr0, cr3, cr4, extended.pointers(), addressMask);
    }

    void restore(Registers saved) {
        cr0 = saved.cr0;
        cr3 = saved.cr3;
        cr4 = saved.cr4;
        extended.setPointers(saved.pointers);
        addressMask = saved.addressMask;
    }

    /** What the walk keeps of the processor's state. */
    @SuppressWarnings("ArrayRecordComponent")
    record Registers(int cr0, int cr3, int cr4, int[] pointers, int addressMask) {}

    private int directoryAt(int linear) {
        return (cr3 & SMALL_FRAME) + (linear >>> 22 << 2) & addressMask;
    }

    private int tableAt(int directory, int linear) {
        return (directory & SMALL_FRAME) + (linear >>> 10 & 0xFFC) & addressMask;
    }

    /** Raises a page fault unless {@code entry} allows the access. */
    void require(int entry, int linear, PageCache cache) {
        if ((entry & PRESENT) == 0) throw Fault.pf(linear, errorCode(cache));
        if (!permits(entry, cache)) throw Fault.pf(linear, errorCode(cache) | ERROR_PRESENT);
    }

    /** Whether an entry that is present allows the access. */
    boolean permits(int entry, PageCache cache) {
        boolean allowed = !cache.user || (entry & USER) != 0;
        if (cache.access == PageCache.Access.WRITE && (entry & WRITABLE) == 0) {
            allowed &= !cache.user && (cr0 & CR0_WP) == 0;
        }
        return allowed;
    }

    private boolean isLarge(int directory) {
        return (directory & (PRESENT | LARGE)) == (PRESENT | LARGE) && (cr4 & CR4_PSE) != 0;
    }

    void mark(int at, int entry, int bits, boolean fetch, WalkListener listener) {
        boolean write = (entry & bits) != bits;
        if (write) ram.write32(at, entry | bits);
        listener.walk(at, fetch, write);
    }

    int globalMask() {
        return (cr4 & CR4_PGE) != 0 ? GLOBAL : 0;
    }

    static int errorCode(PageCache cache) {
        return (cache.access == PageCache.Access.WRITE ? ERROR_WRITE : 0) | (cache.user ? ERROR_USER : 0);
    }
}
