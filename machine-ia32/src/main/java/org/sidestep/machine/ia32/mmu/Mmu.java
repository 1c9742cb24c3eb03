package org.sidestep.machine.ia32.mmu;

import static org.sidestep.machine.ia32.mmu.Paging.CR0_PG;
import static org.sidestep.machine.ia32.mmu.Paging.DIRTY;
import static org.sidestep.machine.ia32.mmu.Paging.LARGE;

import java.util.List;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.PageCache.Access;

/**
 * Translates linear addresses. The architecture is the two TLB pairs and the page walk; {@link PageCache}s in front of
 * them only spare the host the way.
 */
public final class Mmu {
    /** Where firmware in the first megabyte is at home: a write to its shadow gets lost there. */
    private static final int LAST_MEGABYTE = 0xFFF00000;

    private final Ram ram;
    private final CodePages code;
    private final PageWalk walk;

    private final PageCaches caches;
    /** Indexed by user (1) or supervisor (0). */
    private final LinearMemory[] views = new LinearMemory[2];

    /** Made when first asked for, since most guests never ask: of supervisors, of users, and of the processor itself. */
    private final CheckedMemory[] checkedViews = new CheckedMemory[3];

    private TlbPair instructionTlb;
    private TlbPair dataTlb;
    private final Timing timing;
    private final WalkListener clock;
    private long misses;
    private long cr3Loads;
    private MissListener onMiss = (linear, instruction) -> {};

    /** Learns of TLB misses, in the middle of an instruction. */
    @FunctionalInterface
    public interface MissListener {
        void missed(int linear, boolean instruction);
    }

    public Mmu(Ram ram, CodePages code, CpuModel.Identity identity, Timing timing) {
        this.ram = ram;
        this.code = code;
        this.timing = timing;
        clock = timing::walk;
        walk = new PageWalk(ram);
        caches = new PageCaches(ram, code);
        instructionTlb = TlbPair.of(identity.instructionTlb());
        dataTlb = TlbPair.of(identity.dataTlb());
        for (int level = 0; level < 2; level++) {
            views[level] = new LinearMemory(this, ram, code, level == 1, timing);
        }
    }

    /** TLB misses, of instructions and data, since reset. */
    public long misses() {
        return misses;
    }

    /** Loads of CR3 by the guest, since reset. */
    public long cr3Loads() {
        return cr3Loads;
    }

    public void countCr3Load() {
        cr3Loads++;
    }

    public void listen(MissListener listener) {
        onMiss = listener;
    }

    /**
     * Data access as privilege level 3 ({@code user}) or 0 to 2 makes it. Descriptor tables and the TSS are always
     * accessed as by a supervisor.
     */
    public LinearMemory memory(boolean user) {
        return views[user ? 1 : 0];
    }

    /** As {@link #memory}, but with alignment checked or accesses reported. */
    public LinearMemory checkedMemory(boolean user, boolean aligned, AccessListener listener) {
        return checked(user ? 1 : 0, user).check(aligned, listener);
    }

    /** Descriptor tables and the TSS, with accesses reported. */
    public LinearMemory reportedSystem(AccessListener listener) {
        return checked(2, false).check(false, listener);
    }

    private CheckedMemory checked(int view, boolean user) {
        if (checkedViews[view] == null) checkedViews[view] = new CheckedMemory(this, ram, code, user, timing);
        return checkedViews[view];
    }

    PageCaches caches() {
        return caches;
    }

    /** The pages that can be executed at a privilege level without a further look. */
    public PageCache fetches(boolean user) {
        return caches.fetches(user);
    }

    /** The physical address from which to fetch an instruction byte. */
    public int fetch(int linear, boolean user) {
        PageCache cache = caches.fetches(user);
        return cache.contains(linear) ? cache.physical(linear) : translate(cache, linear);
    }

    /** The slow way to a physical address: through the TLB, walking on a miss. */
    int translate(PageCache cache, int linear) {
        if ((walk.cr0 & CR0_PG) == 0) {
            int physical = linear & walk.addressMask;
            if (!ram.isBeyond(physical)) caches.remember(cache, linear, physical, false);
            return stored(cache, physical);
        }
        boolean fetch = cache.access == Access.FETCH;
        TlbPair tlb = fetch ? instructionTlb : dataTlb;
        int slot = tlb.small().find(linear);
        if (slot != Tlb.MISS) return hit(tlb.small(), slot, cache, linear);
        slot = tlb.large().find(linear);
        if (slot != Tlb.MISS) return hit(tlb.large(), slot, cache, linear);
        misses++;
        onMiss.missed(linear, fetch);
        int entry = walk.walk(linear, cache, clock);
        insert(entry, fetch, linear);
        return remember(fetch, entry, cache, linear);
    }

    private void insert(int entry, boolean fetch, int linear) {
        TlbPair tlb = fetch ? instructionTlb : dataTlb;
        Tlb target = (entry & LARGE) != 0 ? tlb.large() : tlb.small();
        evict(target, fetch, linear);
        target.insert(linear, entry);
    }

    /**
     * A linear address will be accessed, if that neither faults nor needs a further look from then on: its page is in
     * the cache afterwards. If not, nothing has happened. Who observes misses must not be told of this one.
     *
     * @param listener told of the walk, if there is one, instead of the clock
     */
    public boolean prepare(PageCache cache, int linear, WalkListener listener) {
        if ((walk.cr0 & CR0_PG) == 0) return false;
        TlbPair tlbs = cache.access == Access.FETCH ? instructionTlb : dataTlb;
        int entry = held(tlbs, linear);
        if (entry != 0) return prepare(cache, linear, entry);
        return prepareQuietly(cache, linear, listener) || walks(cache, linear, listener);
    }

    /** The same, if the TLB holds the page. */
    private boolean prepare(PageCache cache, int linear, int entry) {
        boolean clean = cache.access == Access.WRITE && (entry & DIRTY) == 0;
        boolean plain = !clean && walk.permits(entry, cache) && caches.isPlain(cache, physical(entry, linear));
        if (plain) remember(cache.access == Access.FETCH, entry, cache, linear);
        return plain;
    }

    /** The same with a walk that changes nothing in the tables. */
    private boolean prepareQuietly(PageCache cache, int linear, WalkListener listener) {
        int entry = walk.quiet(linear, cache);
        if (entry == 0 || !caches.isPlain(cache, physical(entry, linear))) return false;
        walkedQuietly(entry, cache, linear, listener);
        return true;
    }

    private void walkedQuietly(int entry, PageCache cache, int linear, WalkListener listener) {
        boolean fetch = cache.access == Access.FETCH;
        listener.walk(walk.directoryRead, fetch, false);
        if (walk.tableRead != -1) listener.walk(walk.tableRead, fetch, false);
        walked(entry, cache, linear);
    }

    /** The same with any walk that does not fault. */
    private boolean walks(PageCache cache, int linear, WalkListener listener) {
        long physical = peek(linear);
        if (physical < 0 || !caches.isPlain(cache, (int) physical)) return false;
        try {
            walked(walk.walk(linear, cache, listener), cache, linear);
        } catch (Fault fault) {
            return false;
        }
        return true;
    }

    private void walked(int entry, PageCache cache, int linear) {
        boolean fetch = cache.access == Access.FETCH;
        misses++;
        insert(entry, fetch, linear);
        remember(fetch, entry, cache, linear);
    }

    /**
     * Whether {@link #prepare} would bring the page in now and after any others, without a change in the tables: what the tables
     * say is what a cache or the TLB holds.
     *
     * @return the physical address, or -1
     */
    public int preparable(PageCache cache, int linear) {
        if ((walk.cr0 & CR0_PG) == 0) return -1;
        int entry = walk.quiet(linear, cache);
        if (entry == 0) return -1;
        int physical = physical(entry, linear);
        int small = dataTlb.small().find(linear);
        int large = dataTlb.large().find(linear);
        if (small != Tlb.MISS && large != Tlb.MISS) return -1;
        int held = small != Tlb.MISS
                ? dataTlb.small().entry(small)
                : large != Tlb.MISS ? dataTlb.large().entry(large) : 0;
        boolean same = held == 0 || walk.permits(held, cache) && physical(held, linear) == physical;
        boolean clean = held != 0 && cache.access == Access.WRITE && (held & DIRTY) == 0;
        return same && !clean && caches.isPlain(cache, physical) ? physical : -1;
    }

    /** Of {@link #displaced}: nothing leaves. */
    public static final int NOTHING = -1;

    /** The page that leaves the data TLB if another one is walked for next, with log2 of its size in the lower bits; or {@link #NOTHING}. */
    public int displaced(PageCache cache, int linear) {
        Tlb target = target(cache, linear);
        int page = target.page(target.victim(linear));
        return (page & 0xFFF) == 0 ? page | target.pageShift() : NOTHING;
    }

    /** Whether what one page displaces depends on whether another one has been walked for before. */
    public boolean areTogether(PageCache cache, int linear, int other) {
        return target(cache, linear).together(linear, other);
    }

    private Tlb target(PageCache cache, int linear) {
        return (walk.quiet(linear, cache) & LARGE) != 0 ? dataTlb.large() : dataTlb.small();
    }

    /** What a TLB holds of a page, or 0. */
    private static int held(TlbPair tlbs, int linear) {
        int slot = tlbs.small().find(linear);
        if (slot != Tlb.MISS) return tlbs.small().entry(slot);
        slot = tlbs.large().find(linear);
        return slot != Tlb.MISS ? tlbs.large().entry(slot) : 0;
    }

    /**
     * Instructions at a linear address will be fetched from a physical one, likewise, if they come from there.
     *
     * @param listener told of the walk, if there is one, which changes nothing in the tables
     */
    public boolean prepareFetch(PageCache cache, int linear, int to, WalkListener listener) {
        if ((walk.cr0 & CR0_PG) == 0 || !caches.isPlain(cache, to)) return false;
        int held = held(instructionTlb, linear);
        int entry = held != 0 ? held : walk.quiet(linear, cache);
        if (entry == 0 || !walk.permits(entry, cache) || physical(entry, linear) != to) return false;
        if (held == 0) walkedQuietly(entry, cache, linear, listener);
        else remember(true, entry, cache, linear);
        return true;
    }

    /**
     * Where a load would find its data at once; negative if the data TLB does not hold the page, or it must not be read.
     */
    long held(PageCache cache, int linear) {
        if (cache.contains(linear)) return Integer.toUnsignedLong(cache.physical(linear));
        if ((walk.cr0 & CR0_PG) == 0) return Integer.toUnsignedLong(linear & walk.addressMask);
        int entry = held(dataTlb, linear);
        if (entry == 0 || !walk.permits(entry, cache)) return -1;
        return Integer.toUnsignedLong(physical(entry, linear));
    }

    private int hit(Tlb tlb, int slot, PageCache cache, int linear) {
        int entry = tlb.entry(slot);
        try {
            walk.require(entry, linear, cache);
        } catch (Fault stale) {
            // A page fault drops the translation that caused it, so that a handler may widen rights without invlpg.
            invalidate(linear);
            throw stale;
        }
        if (cache.access == Access.WRITE && (entry & DIRTY) == 0) {
            int fresh = walk.walk(linear, cache, clock);
            caches.drop(linear, tlb.pageShift(), false);
            if (((fresh ^ entry) & LARGE) != 0) {
                invalidate(linear);
                return translate(cache, linear);
            }
            tlb.update(slot, fresh);
            entry = fresh;
        }
        return remember(cache.access == Access.FETCH, entry, cache, linear);
    }

    private int physical(int entry, int linear) {
        int frame = (entry & LARGE) != 0 ? -1 << walk.largeShift() : 0xFFFFF000;
        return (entry & frame | linear & ~frame) & walk.addressMask;
    }

    /**
     * What a translation permits at the level that asked needs no further look from now on.
     *
     * @return the physical address for the access that asked
     */
    private int remember(boolean fetch, int entry, PageCache cache, int linear) {
        int physical = physical(entry, linear);
        boolean global = (entry & Paging.GLOBAL) != 0;
        PageCache plain = fetch ? cache : caches.reads(cache.user);
        caches.remember(plain, linear, physical, global);
        boolean writable = !fetch && (entry & DIRTY) != 0 && walk.permits(entry, caches.writes(cache.user));
        if (writable) caches.remember(caches.writes(cache.user), linear, physical, global);
        return stored(cache, physical);
    }

    /** Where an access ends up: a write to read-only memory nowhere. */
    private int stored(PageCache cache, int physical) {
        return cache.access == Access.WRITE && ram.isReadOnly(physical) ? physical | LAST_MEGABYTE : physical;
    }

    /** What leaves the TLB must leave the caches in front of it. */
    private void evict(Tlb tlb, boolean instructions, int linear) {
        int page = tlb.page(tlb.victim(linear));
        if ((page & 0xFFF) == 0) caches.drop(page, tlb.pageShift(), instructions);
    }

    /** INVLPG. */
    public void invalidate(int linear) {
        instructionTlb.invalidate(linear);
        dataTlb.invalidate(linear);
        caches.flush(false);
    }

    /**
     * CR3 is loaded: everything but global pages goes.
     *
     * @throws Fault #GP(0), with nothing changed, if it points to page-directory pointers with reserved bits
     */
    public void setCr3(int cr3) {
        if (walk.isExtended()) walk.extended.load(cr3);
        walk.cr3 = cr3;
        flush(true);
    }

    /**
     * CR0 or CR4 is loaded; if paging works differently from now on, everything goes.
     *
     * @throws Fault #GP(0), with nothing changed, if CR3 points to page-directory pointers with reserved bits
     */
    public void setControl(int cr0, int cr4) {
        boolean changed = ((walk.cr0 ^ cr0) & (CR0_PG | Paging.CR0_PE | Paging.CR0_WP)) != 0
                || ((walk.cr4 ^ cr4) & (Paging.CR4_PSE | Paging.CR4_PAE | Paging.CR4_PGE)) != 0;
        if (changed && PageWalk.isExtended(cr0, cr4)) walk.extended.load(walk.cr3);
        walk.cr0 = cr0;
        walk.cr4 = cr4;
        if (!changed) return;
        instructionTlb.resize(walk.largeShift());
        dataTlb.resize(walk.largeShift());
        caches.flush(false);
    }

    /** The map of physical memory has changed. */
    public void remapped() {
        caches.flush(false);
    }

    /** The A20 gate: which bits of physical addresses leave the processor. */
    public void setAddressMask(int mask) {
        if (mask == walk.addressMask) return;
        walk.addressMask = mask;
        caches.flush(false);
    }

    private void flush(boolean keepGlobal) {
        instructionTlb.flush(keepGlobal);
        dataTlb.flush(keepGlobal);
        caches.flush(keepGlobal);
    }

    /** A page has come to hold decoded code: writes to it must be seen from now on. */
    public void watchWrites() {
        caches.flushWrites();
    }

    /** The physical address behind {@code linear} without any effect, or -1 if nothing is mapped. */
    public long peek(int linear) {
        if ((walk.cr0 & CR0_PG) == 0) return Integer.toUnsignedLong(linear & walk.addressMask);
        return walk.peek(linear);
    }

    /** See {@link org.sidestep.machine.Debugger#translationsCurrent}. */
    public boolean translationsCurrent() {
        return isCurrent(instructionTlb) && isCurrent(dataTlb);
    }

    private boolean isCurrent(TlbPair tlbs) {
        return tlbs.small().all(walk::isCurrent) && tlbs.large().all(walk::isCurrent);
    }

    /** The TLBs and the counts, for a snapshot. */
    public State save() {
        return new State(List.of(instructionTlb.copy(), dataTlb.copy()), walk.save(), misses, cr3Loads);
    }

    /** Goes back to a saved state. */
    public void restore(State state) {
        instructionTlb = state.tlbs.get(0).copy();
        dataTlb = state.tlbs.get(1).copy();
        walk.restore(state.registers);
        misses = state.misses;
        cr3Loads = state.cr3Loads;
        caches.flush(false);
    }

    /** A saved state. */
    public static final class State {
        private final List<TlbPair> tlbs;
        private final PageWalk.Registers registers;
        private final long misses;
        private final long cr3Loads;

        private State(List<TlbPair> tlbs, PageWalk.Registers registers, long misses, long cr3Loads) {
            this.tlbs = tlbs;
            this.registers = registers;
            this.misses = misses;
            this.cr3Loads = cr3Loads;
        }

        /** What the TLBs hold. */
        public Object translations() {
            return tlbs;
        }

        /** What the page walk knows of the processor's registers. */
        public Object registers() {
            return registers;
        }
    }
}
