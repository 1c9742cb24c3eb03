package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing.Loss;
import org.sidestep.machine.ia32.timing.LinesInFlight;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.WriteCombining;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.Losses;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/** Memory accesses, looked up in the caches as they are reported; what matters to the pipeline goes to the {@link Outcomes}. */
final class MemorySide implements FirstLevel {

    /** More words than the store buffer has entries, so that few stores share a place. */
    private static final int WORDS = 32;

    /** One access asks for a line, has two others written back, and sends a line away in pieces. */
    private static final int MOST_TRANSFERS = 3 + Cache.LINE / 8;

    private final int l1Latency;
    private final int l2Latency;
    private final int l2Stream;
    private final int l2Fill;
    private final int memoryLatency;
    private final int busTransfer;
    private final int walkCycles;
    private final boolean walksAreFree;
    private final MemoryHierarchy hierarchy;
    private final OpenRows rows;

    private final Losses losses;
    private final Forwarding forwarding;
    private final LinesInFlight inFlight;
    private final WriteCombining combining;
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

    /** Whether the current instruction's stores are non-temporal. */
    private boolean nonTemporal;

    MemorySide(P6Sheet sheet, Outcomes outcomes, Losses losses) {
        this.losses = losses;
        this.outcomes = outcomes;
        forwarding = new Forwarding(WORDS, sheet.of("store-buffer.entries"), true);
        inFlight = new LinesInFlight(sheet.of("fill-buffers.entries"));
        combining = new WriteCombining(sheet.of("fill-buffers.entries"), Cache.LINE_SHIFT);
        l1Latency = sheet.of("cache.l1d.latency");
        l2Latency = sheet.of("cache.l2.latency");
        l2Stream = sheet.of("cache.l2.stream");
        l2Fill = sheet.of("cache.l2.fill");
        memoryLatency = sheet.of("memory.latency");
        busTransfer = sheet.of("memory.transfer");
        walkCycles = sheet.of("walk.cycles");
        walksAreFree = sheet.isPerfect(Mechanism.TLB);
        hierarchy = sheet.caches();
        rows = new OpenRows(sheet);
    }

    void keep(StateTape tape) {
        forwarding.keep(tape);
        inFlight.keep(tape);
        combining.keep(tape);
        lastFetch = tape.integer(lastFetch);
        hierarchy.keep(tape);
        rows.keep(tape);
        extra = tape.integer(extra);
        fetchStall = tape.integer(fetchStall);
        walk = tape.integer(walk);
        walkingData = tape.flag(walkingData);
        walkingCode = tape.flag(walkingCode);
        delay = tape.integer(delay);
        nonTemporal = tape.flag(nonTemporal);
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
        fetched(physical);
    }

    @Override
    public boolean isAtRest() {
        return walk == 0 && !walkingData && delay == 0;
    }

    @Override
    public Cache code() {
        return hierarchy.instructions();
    }

    @Override
    public Cache data() {
        return hierarchy.data();
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public void fetched(int physical) {
        lastFetch = physical;
        walkingCode = false;
    }

    @Override
    public boolean fetchAtOnce(int physical) {
        if (!hierarchy.fetchesAtOnce(physical)) return false;
        fetched(physical);
        return true;
    }

    @Override
    public int loadAtOnce(int physical, int bytes) {
        boolean atOnce = !isInFlight(physical) && hierarchy.readsAtOnce(physical);
        if (!atOnce) return -1;
        walkingData = false;
        return forwarding.sources(physical, bytes);
    }

    @Override
    public boolean storeAtOnce(int physical, int bytes, boolean sends) {
        if (isInFlight(physical) || !hierarchy.writesAtOnce(physical)) return false;
        walkingData = false;
        if (sends) forwarding.store(physical, bytes);
        return true;
    }

    @Override
    public int walkAtOnce(int physical, boolean instructionSide, boolean written) {
        if (walksAreFree) return 0;
        boolean there = written ? hierarchy.writesAtOnce(physical) : hierarchy.readsAtOnce(physical);
        if (!there) return -1;
        boolean begins = instructionSide ? !walkingCode : !walkingData;
        if (instructionSide) walkingCode = true;
        else walkingData = true;
        if (!begins) return 0;
        losses.add(Loss.TLB_REFILL, walkCycles);
        return walkCycles;
    }

    @Override
    public boolean sendsEventful() {
        return false;
    }

    @Override
    public void enterLoad(int sources, int physical, int bytes) {
        enterWalked();
        outcomes.load(Outcomes.LOAD, sources, 0);
    }

    @Override
    public void enterStore(int physical) {
        enterWalked();
        outcomes.add(Outcomes.STORE, 0, 0);
    }

    @Override
    public void enterWalk(boolean instructionSide) {
        if (instructionSide) stallFetch(walkCycles);
        else walk += walkCycles;
    }

    private void stallFetch(int cycles) {
        fetchStall += cycles;
        delayed(cycles);
    }

    @Override
    public boolean isInFlight(int physical) {
        return inFlight.age(physical >>> Cache.LINE_SHIFT) != 0;
    }

    /** What accesses a line that is in flight waits for it. */
    private void await(int physical, boolean store) {
        int age = inFlight.age(physical >>> Cache.LINE_SHIFT);
        if (age != 0) outcomes.add(Outcomes.IN_FLIGHT, Scoreboard.line(age, store), 0);
    }

    void load(int physical, int bytes) {
        await(physical, false);
        int level = hierarchy.read(physical);
        walked();
        if (level == MemoryHierarchy.L1) outcomes.load(Outcomes.LOAD, forwarding.sources(physical, bytes), 0);
        else loadMissed(level, physical, bytes);
    }

    private void loadMissed(int level, int physical, int bytes) {
        boolean bus = level == MemoryHierarchy.MEMORY;
        int latency = latency(level, physical);
        losses.add(Loss.CACHE_REFILL, Math.max(0, latency - l1Latency));
        int before = bus ? latency - memoryLatency : 0;
        int kind = bus ? Outcomes.LOAD_FROM_MEMORY : Outcomes.LOAD_FROM_SECOND;
        boolean entered = outcomes.load(kind, forwarding.sources(physical, bytes), before);
        if (entered) ask(physical, before + (bus ? memoryLatency + busTransfer : Math.max(latency, l1Latency)));
        else delayResult(before + (bus ? busTransfer : Math.max(0, latency - l1Latency)));
        makeRoom(physical, entered);
    }

    /** A line has been asked for. */
    private void ask(int physical, int atMost) {
        inFlight.add(physical >>> Cache.LINE_SHIFT);
        delayed(atMost);
    }

    /** What had to leave for the line at an address goes over the bus. */
    private void makeRoom(int physical, boolean entered) {
        int transfers = hierarchy.takeWritten() + combining.leave(physical >>> Cache.LINE_SHIFT);
        if (transfers == 0) return;
        if (entered) occupyBus(transfers, 0);
        else delayResult(transfers * busTransfer);
    }

    private void occupyBus(int transfers, int waits) {
        outcomes.add(Outcomes.BUS, waits, transfers);
        delayed(transfers * busTransfer);
    }

    /** Asks for a line ahead of time. */
    void prefetch(int physical, boolean first, boolean second) {
        int level = hierarchy.prefetch(physical, first, second);
        if (level == MemoryHierarchy.L1) return;
        boolean bus = level == MemoryHierarchy.MEMORY;
        int row = bus ? rows.open(physical) : 0;
        outcomes.add(Outcomes.PREFETCH, bus ? Scoreboard.FROM_MEMORY : 0, row);
        ask(physical, row + (bus ? memoryLatency + busTransfer : l2Latency));
        makeRoom(physical, true);
    }

    /** The stores of this instruction, which follow, ask for no line. */
    void nonTemporal() {
        nonTemporal = true;
        outcomes.note();
    }

    /** What has been combined goes to memory, and the instruction waits until it has gone. */
    void fence() {
        int transfers = combining.leave();
        if (transfers != 0) occupyBus(transfers, 1);
    }

    /** A load for which no cache is asked. It is the only one under way (SDM vol. 3, section 12.3: strong ordering). */
    void loadUncached() {
        losses.add(Loss.CACHE_REFILL, memoryLatency);
        walked();
        holdRenaming(memoryLatency);
    }

    /** Likewise; a store is posted, and occupies the bus. */
    void storeUncached(int physical, int bytes) {
        losses.add(Loss.CACHE_REFILL, busTransfer);
        walked();
        holdRenaming(busTransfer);
        outcomes.store(physical, bytes, 0, 0);
    }

    /** A store is late for the cache by what it costs to bring its line in; a walk before it delays the instruction. */
    void store(int physical, int bytes) {
        walked();
        if (nonTemporal && !hierarchy.holds(physical)) {
            combine(physical, bytes);
            return;
        }
        await(physical, true);
        int level = hierarchy.write(physical);
        boolean bus = level == MemoryHierarchy.MEMORY;
        int late = level == MemoryHierarchy.L1 ? 0 : bus ? latency(level, physical) : l2Fill;
        boolean entered = outcomes.store(physical, bytes, bus ? Scoreboard.FROM_MEMORY : 0, late);
        if (entered) delayed(bus ? late + busTransfer : late);
        else delayResult(late);
        if (level != MemoryHierarchy.L1) makeRoom(physical, entered);
    }

    /** A store that does without its line; when the line is whole, or has to make room for another, it goes to memory. */
    private void combine(int physical, int bytes) {
        int transfers = combining.store(physical, bytes);
        boolean entered = outcomes.store(physical, bytes, 0, 0);
        if (transfers == 0) return;
        if (entered) occupyBus(transfers, 0);
        else delayResult(transfers * busTransfer);
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

    /** Enters the walk before this access. */
    private void walked() {
        enterWalked();
        walkingData = false;
    }

    private void enterWalked() {
        if (walk == 0) return;
        outcomes.add(Outcomes.DELAY, Outcomes.WALK, walk);
        delayed(walk);
        walk = 0;
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
        long bus = (long) MOST_TRANSFERS * busTransfer;
        return memoryLatency + rows.missCycles() + bus + l2Latency + l2Stream + l1Latency;
    }

    /** Whether {@link #enterDelays} has anything to do. */
    boolean isDelayed() {
        return delay != 0 || nonTemporal;
    }

    /**
     * Enters what delays the instruction that has completed; returns by how many cycles caches and walks have delayed what
     * is under way, at most.
     */
    int enterDelays() {
        if (extra != 0) outcomes.add(Outcomes.DELAY, 0, extra);
        if (fetchStall != 0) outcomes.add(Outcomes.FETCH_STALL, 0, fetchStall);
        int cycles = delay;
        nonTemporal = false;
        extra = 0;
        fetchStall = 0;
        delay = 0;
        return cycles;
    }

    /** The stores of the instruction that has completed are on their way. */
    void send() {
        outcomes.send(forwarding);
    }

    @Override
    public void limit(int pendingStores, int pendingLines) {
        forwarding.limit(pendingStores);
        inFlight.limit(pendingLines);
    }
}
