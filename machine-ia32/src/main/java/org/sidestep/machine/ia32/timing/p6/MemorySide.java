package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing.Loss;
import org.sidestep.machine.ia32.timing.Cache;
import org.sidestep.machine.ia32.timing.Forwarding;
import org.sidestep.machine.ia32.timing.Losses;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/** Memory accesses, looked up in the caches as they are reported; what matters to the pipeline goes to the {@link Outcomes}. */
final class MemorySide implements FirstLevel {

    /** More words than the store buffer has entries, so that few stores share a place. */
    private static final int WORDS = 32;

    private final int l1Latency;
    private final int l2Latency;
    private final int l2Stream;
    private final int l2Store;
    private final int memoryLatency;
    private final int busTransfer;
    private final int walkCycles;
    private final boolean walksAreFree;
    private final MemoryHierarchy hierarchy;
    private final OpenRows rows;

    private final Losses losses;
    private final Forwarding forwarding;
    private final Outcomes outcomes;

    /** Cycles that delay the current instruction's result, whatever it waits for. */
    private int extra;
    /** Cycles for which fetch waits for lines and page tables. */
    private int fetchStall;
    /** Cycles by which caches and walks have delayed what is under way, since last asked. */
    private int delay;

    /** Cycles of the page walk before the next data access. */
    private int walk;

    /** The line of code that was fetched last; the next one is asked for ahead. */
    private int lastFetch;

    private boolean walkingData;
    private boolean walkingCode;

    MemorySide(P6Sheet sheet, Outcomes outcomes, Losses losses) {
        this.losses = losses;
        this.outcomes = outcomes;
        forwarding = new Forwarding(WORDS, sheet.of("store-buffer.entries"), true);
        l1Latency = sheet.of("cache.l1d.latency");
        l2Latency = sheet.of("cache.l2.latency");
        l2Stream = sheet.of("cache.l2.stream");
        l2Store = sheet.of("cache.l2.store");
        memoryLatency = sheet.of("memory.latency");
        busTransfer = sheet.of("memory.transfer");
        walkCycles = sheet.of("walk.cycles");
        walksAreFree = sheet.isPerfect(Mechanism.TLB);
        hierarchy = sheet.caches();
        rows = new OpenRows(sheet);
    }

    void keep(StateTape tape) {
        forwarding.keep(tape);
        lastFetch = tape.integer(lastFetch);
        hierarchy.keep(tape);
        rows.keep(tape);
        extra = tape.integer(extra);
        fetchStall = tape.integer(fetchStall);
        walk = tape.integer(walk);
        walkingData = tape.flag(walkingData);
        walkingCode = tape.flag(walkingCode);
        delay = tape.integer(delay);
    }

    MemoryHierarchy hierarchy() {
        return hierarchy;
    }

    void fetch(int physical) {
        int level = hierarchy.fetch(physical);
        if (level != MemoryHierarchy.L1) {
            boolean next = physical - lastFetch == Cache.LINE;
            int cycles = next && level == MemoryHierarchy.L2 ? l2Stream : latency(level, physical);
            stallFetch(cycles);
            losses.add(Loss.CACHE_REFILL, cycles);
        }
        lastFetch = physical;
        walkingCode = false;
    }

    @Override
    public boolean isAtRest() {
        return walk == 0 && !walkingData && delay == 0;
    }

    @Override
    public boolean fetchAtOnce(int physical) {
        if (!hierarchy.fetchesAtOnce(physical)) return false;
        lastFetch = physical;
        walkingCode = false;
        return true;
    }

    @Override
    public int loadAtOnce(int physical, int bytes) {
        return hierarchy.readsAtOnce(physical) ? forwarding.sources(physical, bytes) : -1;
    }

    @Override
    public boolean storeAtOnce(int physical, int bytes) {
        if (!hierarchy.writesAtOnce(physical)) return false;
        forwarding.store(physical, bytes);
        return true;
    }

    @Override
    public void enterLoad(int sources, int bytes) {
        outcomes.load(Outcomes.LOAD, sources, 0);
    }

    private void stallFetch(int cycles) {
        fetchStall += cycles;
        delayed(cycles);
    }

    void load(int physical, int bytes) {
        int level = hierarchy.read(physical);
        int late = walked();
        boolean bus = level == MemoryHierarchy.MEMORY;
        if (level != MemoryHierarchy.L1) {
            int latency = latency(level, physical);
            losses.add(Loss.CACHE_REFILL, Math.max(0, latency - l1Latency));
            late += bus ? latency - memoryLatency : Math.max(0, latency - l1Latency);
        }
        int kind = bus ? Outcomes.LOAD_FROM_MEMORY : Outcomes.LOAD;
        if (outcomes.load(kind, forwarding.sources(physical, bytes), late)) {
            if (bus | late != 0) delayed(bus ? late + memoryLatency + busTransfer : late);
        } else {
            delayResult(bus ? late + busTransfer : late);
        }
    }

    /** A load for which no cache is asked. It is the only one under way (SDM vol. 3, section 12.3: strong ordering). */
    void loadUncached() {
        losses.add(Loss.CACHE_REFILL, memoryLatency);
        holdRenaming(walked() + memoryLatency);
    }

    /** Likewise; a store is posted, and occupies the bus. */
    void storeUncached(int physical, int bytes) {
        losses.add(Loss.CACHE_REFILL, busTransfer);
        holdRenaming(walked() + busTransfer);
        outcomes.store(physical, bytes, 0, 0);
    }

    /** A store is late for the cache by what it costs to bring its line in; a walk before it delays the instruction. */
    void store(int physical, int bytes) {
        int level = hierarchy.write(physical);
        int late = level == MemoryHierarchy.L1 ? 0 : level == MemoryHierarchy.L2 ? l2Store : latency(level, physical);
        if (walk != 0) delayResult(walk);
        walked();
        if (outcomes.store(physical, bytes, 0, late)) delayed(late);
        else delayResult(late);
    }

    /** The result of the current instruction is late, whatever it waits for. */
    void delayResult(int cycles) {
        extra += cycles;
        delayed(cycles);
    }

    private void delayed(int cycles) {
        delay += cycles;
        outcomes.note();
    }

    /** The current instruction is not renamed before it is due, nor is what comes behind it. */
    void holdRenaming(int cycles) {
        outcomes.add(Outcomes.HOLD, 0, cycles);
        delayed(cycles);
    }

    /** The cycles of the walk before this access. */
    private int walked() {
        int cycles = walk;
        walk = 0;
        walkingData = false;
        return cycles;
    }

    void walk(int physical, boolean instructionSide, boolean written) {
        if (walksAreFree) return;
        boolean first = instructionSide ? !walkingCode : !walkingData;
        int level = written ? hierarchy.write(physical) : hierarchy.read(physical);
        int cycles = (first ? walkCycles : 0) + (level == MemoryHierarchy.L1 ? 0 : latency(level, physical));
        losses.add(Loss.TLB_REFILL, cycles);
        if (instructionSide) {
            stallFetch(cycles);
            walkingCode = true;
        } else {
            walk += cycles;
            walkingData = true;
        }
    }

    private int latency(int level, int physical) {
        return level == MemoryHierarchy.L2 ? l2Latency : memoryLatency + rows.open(physical);
    }

    /** Cycles by which one access without a walk delays what is under way at most. */
    long longestDelay() {
        return (long) memoryLatency + rows.missCycles() + busTransfer + l2Latency + l2Stream + l1Latency;
    }

    /** Whether {@link #enterDelays} has anything to do. */
    boolean isDelayed() {
        return delay != 0;
    }

    /**
     * Enters what delays the instruction that has completed; returns by how many cycles caches and walks have delayed what
     * is under way, at most.
     */
    int enterDelays() {
        if (extra != 0) outcomes.add(Outcomes.DELAY, 0, extra);
        if (fetchStall != 0) outcomes.add(Outcomes.FETCH_STALL, 0, fetchStall);
        int cycles = delay;
        extra = 0;
        fetchStall = 0;
        delay = 0;
        return cycles;
    }

    /** The stores of the instruction that has completed are on their way. */
    void send() {
        forwarding.send(outcomes);
    }

    void limitForwarding(int pendingStores) {
        forwarding.limit(pendingStores);
    }
}
