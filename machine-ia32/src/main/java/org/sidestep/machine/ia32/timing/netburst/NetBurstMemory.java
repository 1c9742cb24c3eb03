package org.sidestep.machine.ia32.timing.netburst;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Timing.Loss;
import org.sidestep.machine.ia32.timing.LinesInFlight;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.WriteCombining;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.Losses;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/** Caches of the Pentium 4, looked up as accesses are reported; what matters to the pipeline goes to the {@link Outcomes}. */
final class NetBurstMemory implements FirstLevel {

    /** Places for recent stores, by word; an access is looked up at its first word only. */
    private static final int WORDS = 64;

    private static final int DWORD = 4;
    private static final int HALF = 8;

    /** One access asks for a line and sends another away in pieces. */
    private static final long MOST_TRANSFERS = 2 + (1 << NetBurstSheet.LINE_SHIFT) / 8;

    private final int l1Latency;
    private final int l2Latency;
    private final int memoryLatency;
    private final int transfer;
    private final int walkCycles;
    private final int buildCycles;
    private final int merge;
    private final boolean perfectFirst;
    private final boolean perfectSecond;
    private final boolean perfectTlb;
    private final Cache trace;
    private final Cache data;
    private final Cache unified;
    private final Forwarding forwarding;
    private final LinesInFlight inFlight;
    private final WriteCombining combining;
    private final Outcomes outcomes;
    private final Losses losses;
    private Timing.MissListener listener = (level, physical) -> {};
    private boolean walking;
    /** Whether the current instruction's stores are non-temporal. */
    private boolean nonTemporal;
    /** Modified lines that have left for memory, and have not asked for the bus. */
    private int written;
    /** Cycles by which caches and walks have delayed what is under way, since last asked. */
    private int delay;

    private long l1Misses;
    private long l2Misses;

    NetBurstMemory(NetBurstSheet sheet, Outcomes outcomes, Losses losses) {
        l1Latency = sheet.of("cache.l1d.latency");
        l2Latency = sheet.of("cache.l2.latency");
        memoryLatency = sheet.of("memory.latency");
        transfer = sheet.of("memory.transfer");
        walkCycles = sheet.of("walk.cycles");
        buildCycles = sheet.of("trace.build.cycles");
        merge = sheet.of("merge.cycles");
        perfectFirst = sheet.isPerfect(Mechanism.L1);
        perfectSecond = sheet.isPerfect(Mechanism.L2);
        perfectTlb = sheet.isPerfect(Mechanism.TLB);
        trace = sheet.cache("cache.trace");
        data = sheet.cache("cache.l1d");
        unified = sheet.cache("cache.l2");
        forwarding = new Forwarding(WORDS, sheet.storesUnderWay(), false);
        inFlight = new LinesInFlight(sheet.of("fill-buffers.entries"));
        combining = new WriteCombining(sheet.of("write-combining.entries"), NetBurstSheet.LINE_SHIFT);
        this.outcomes = outcomes;
        this.losses = losses;
    }

    void keep(StateTape tape) {
        trace.keep(tape);
        data.keep(tape);
        unified.keep(tape);
        forwarding.keep(tape);
        inFlight.keep(tape);
        combining.keep(tape);
        nonTemporal = tape.flag(nonTemporal);
        written = tape.integer(written);
        walking = tape.flag(walking);
        delay = tape.integer(delay);
        l1Misses = tape.number(l1Misses);
        l2Misses = tape.number(l2Misses);
    }

    void listen(Timing.MissListener newListener) {
        listener = newListener;
    }

    void fetch(int physical) {
        walking = false;
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (trace.hit(line)) return;
        trace.fill(line);
        if (perfectFirst) return;
        int cycles = buildCycles + behindFirst(line);
        losses.add(Loss.CACHE_REFILL, cycles);
        late(Outcomes.FETCH_STALL, cycles);
    }

    /** Takes the line around a physical address out of the trace cache; says whether it was there. */
    boolean dropInstructions(int physical) {
        return trace.drop(physical >>> NetBurstSheet.LINE_SHIFT);
    }

    /** Traces are known by their linear addresses, without a space: none outlives its space (S Uhlig et al. 2002). */
    void dropTraces() {
        trace.clear();
    }

    void load(int physical, int bytes) {
        walking = false;
        int age = inFlight.age(physical >>> NetBurstSheet.LINE_SHIFT);
        if (age != 0) outcomes.add(Outcomes.IN_FLIGHT, age, 0);
        int cycles = read(physical);
        int kind = Outcomes.LOAD;
        if (cycles != l1Latency) {
            kind = cycles == memoryLatency ? Outcomes.LOAD_FROM_MEMORY : Outcomes.LOAD_FROM_SECOND;
            losses.add(Loss.CACHE_REFILL, cycles - l1Latency);
            delayed(cycles + transfer);
        }
        boolean entered =
                outcomes.load(kind, forwarding.sources(physical, bytes), bytes < DWORD ? cycles + merge : cycles);
        if (kind == Outcomes.LOAD) return;
        if (entered) inFlight.add(physical >>> NetBurstSheet.LINE_SHIFT);
        occupyBus(roomFor(physical >>> NetBurstSheet.LINE_SHIFT), 0);
    }

    /** How often the bus is asked for what has to leave for a line. */
    private int roomFor(int line) {
        int transfers = written + combining.leave(line);
        written = 0;
        return transfers;
    }

    /** Asks for a line ahead of time; all such lines come into the second level alone (S Intel's optimization manual). */
    void prefetch(int physical) {
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (perfectFirst || perfectSecond || data.holds(line) || unified.holds(line)) return;
        fillSecond(line);
        inFlight.add(line);
        outcomes.add(Outcomes.PREFETCH, 0, memoryLatency);
        delayed(memoryLatency + transfer);
        occupyBus(roomFor(line), 0);
    }

    /** The stores of this instruction, which follow, ask for no line. */
    void nonTemporal() {
        nonTemporal = true;
        outcomes.note();
    }

    /** What has been combined goes to memory, and the instruction waits until it has gone. */
    void fence() {
        occupyBus(combining.leave(), 1);
    }

    private void occupyBus(int transfers, int waits) {
        if (transfers == 0) return;
        outcomes.add(Outcomes.BUS, waits, transfers);
        delayed(transfers * transfer);
    }

    @Override
    public boolean isInFlight(int physical) {
        return inFlight.age(physical >>> NetBurstSheet.LINE_SHIFT) != 0;
    }

    @Override
    public boolean isAtRest() {
        return !walking && delay == 0;
    }

    @Override
    public Cache code() {
        return trace;
    }

    @Override
    public Cache data() {
        return data;
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public void fetched(int physical) {
        walking = false;
    }

    @Override
    public boolean fetchAtOnce(int physical) {
        if (!trace.hit(physical >>> NetBurstSheet.LINE_SHIFT)) return false;
        fetched(physical);
        return true;
    }

    @Override
    public int loadAtOnce(int physical, int bytes) {
        boolean atOnce = !isInFlight(physical) && data.hit(physical >>> NetBurstSheet.LINE_SHIFT);
        if (!atOnce) return -1;
        walking = false;
        return forwarding.sources(physical, bytes);
    }

    @Override
    public boolean storeAtOnce(int physical, int bytes, boolean sends) {
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (!data.hit(line)) return false;
        walking = false;
        data.dirty(line);
        if (sends) forwarding.store(physical, bytes);
        return true;
    }

    @Override
    public int walkAtOnce(int physical, boolean instructionSide, boolean written) {
        if (!perfectFirst && !data.hit(physical >>> NetBurstSheet.LINE_SHIFT)) return -1;
        boolean begins = !walking;
        walking = true;
        if (!begins || perfectTlb) return 0;
        losses.add(Loss.TLB_REFILL, walkCycles);
        return walkCycles;
    }

    @Override
    public void enterWalk(boolean instructionSide) {
        walk(instructionSide, walkCycles);
    }

    @Override
    public void enterStore(int physical) {
        outcomes.add(Outcomes.STORE, 0, 0);
    }

    @Override
    public boolean sendsEventful() {
        return true;
    }

    @Override
    public void enterLoad(int sources, int physical, int bytes) {
        outcomes.load(Outcomes.LOAD, sources, bytes < DWORD ? l1Latency + merge : l1Latency);
    }

    /** A load for which no cache is asked. It is the only one under way (SDM vol. 3, section 12.3: strong ordering). */
    void loadUncached() {
        walking = false;
        losses.add(Loss.CACHE_REFILL, memoryLatency);
        late(Outcomes.DRAIN, memoryLatency);
    }

    /** Likewise; a store is posted, and occupies the bus. */
    void storeUncached(int physical, int bytes) {
        walking = false;
        outcomes.store(physical, bytes, 0, 0);
        losses.add(Loss.CACHE_REFILL, transfer);
        occupyBus(1, 0);
    }

    /** Cycles from address to data. */
    private int read(int physical) {
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (perfectFirst || data.hit(line)) return l1Latency;
        return missed(line);
    }

    /** What has been stored to goes through to the second level, which writes it back. */
    private int missed(int line) {
        int victim = data.fill(line);
        int cycles = behindFirst(line);
        if (victim == Cache.NOTHING) return cycles;
        if (unified.hit(victim)) unified.dirty(victim);
        else written++;
        return cycles;
    }

    private void fillSecond(int line) {
        if (unified.fill(line) != Cache.NOTHING) written++;
    }

    private int behindFirst(int line) {
        l1Misses++;
        listener.cacheMissed(1, line << NetBurstSheet.LINE_SHIFT);
        if (perfectSecond || unified.hit(line)) return l2Latency;
        l2Misses++;
        listener.cacheMissed(2, line << NetBurstSheet.LINE_SHIFT);
        fillSecond(line);
        return memoryLatency;
    }

    /** A store goes through to the second level, where it may have to wait for its line. */
    void store(int physical, int bytes) {
        walking = false;
        boolean second = isSecondHalf(physical, bytes);
        outcomes.store(physical, bytes, second ? NetBurstScoreboard.SECOND_HALF : 0, 0);
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (perfectFirst) return;
        if (nonTemporal && !data.holds(line) && !unified.holds(line)) {
            occupyBus(combining.store(physical, bytes), 0);
            return;
        }
        if (!data.hit(line)) {
            int lines = missed(line) == memoryLatency ? 1 : 0;
            occupyBus(lines + roomFor(line), 0);
        }
        data.dirty(line);
    }

    /** Whether a store belongs to the one before: they are sixteen bytes. */
    private boolean isSecondHalf(int physical, int bytes) {
        int before = outcomes.stores - 1;
        return bytes == HALF
                && before % 2 == 0
                && outcomes.storeBytes[before] == HALF
                && physical == outcomes.storeAddress[before] + HALF;
    }

    /** One level of a page walk. */
    void walk(int physical, boolean instructionSide) {
        int found = read(physical);
        int cycles = (walking ? 0 : walkCycles) + (found == l1Latency ? 0 : found);
        walking = true;
        if (perfectTlb || cycles == 0) return;
        losses.add(Loss.TLB_REFILL, cycles);
        walk(instructionSide, cycles);
    }

    private void walk(boolean instructionSide, int cycles) {
        outcomes.add(instructionSide ? Outcomes.FETCH_STALL : Outcomes.DELAY, Outcomes.WALK, cycles);
        delayed(cycles);
    }

    /** Something beside the instruction's loads makes it, or what is behind it, late. */
    void late(int kind, int cycles) {
        outcomes.add(kind, 0, cycles);
        delayed(cycles);
    }

    private void delayed(int cycles) {
        delay += cycles;
        outcomes.note();
    }

    /** Cycles by which one access without a walk delays what is under way at most. */
    long longestDelay() {
        return (long) memoryLatency + MOST_TRANSFERS * transfer + l2Latency + l1Latency + buildCycles + merge;
    }

    /** By how many cycles what is under way has been delayed, at most, since this was asked last. */
    int takeDelay() {
        int cycles = delay;
        delay = 0;
        nonTemporal = false;
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

    long l1Misses() {
        return l1Misses;
    }

    long l2Misses() {
        return l2Misses;
    }
}
