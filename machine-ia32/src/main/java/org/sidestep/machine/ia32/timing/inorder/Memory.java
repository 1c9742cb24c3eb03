package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.FirstLevel;
import org.sidestep.machine.ia32.timing.memo.Outcomes;

/**
 * First-level caches and the board's behind them: accesses are looked up as they are reported; what matters to the pipeline, which waits for
 * each, goes to the {@link Outcomes}. A store that misses does not bring its line in.
 */
final class Memory implements FirstLevel {

    /** Bytes that are fetched at once, aligned. */
    static final int FETCHED = 32;

    private static final int EIGHT = 7;
    private static final int FOUR = 3;

    private final Outcomes outcomes;
    private final int lineShift;
    private final boolean unified;
    private final boolean writeThrough;
    private final int l2Latency;
    private final int memoryLatency;
    private final int memoryLine;
    private final int longestWrite;
    private final int misaligned;
    private final int walkCycles;
    private final boolean perfectFirst;
    private final boolean perfectSecond;
    private final boolean perfectTlb;
    private final Cache code;
    private final Cache data;
    private final Cache board;
    private Timing.MissListener listener = (level, physical) -> {};

    /** Physical address of the block that was fetched last; -1 if fetch has begun anew. */
    private int fetched = -1;
    /** The line that is being filled, or may be. */
    private int filling = -1;

    /** Where memory was accessed last, and before the current instruction. */
    private int accessed;

    private int before;

    private boolean walking;
    /** Cycles by which what the current instruction has met delays what is under way at most. */
    private int delay;

    private long l1Misses;
    private long l2Misses;

    Memory(Sheet sheet, Outcomes outcomes) {
        this.outcomes = outcomes;
        Design design = sheet.design();
        lineShift = design.lineShift();
        unified = design.unified();
        writeThrough = design.writeThrough();
        l2Latency = sheet.of("cache.l2.latency");
        memoryLatency = sheet.of("memory.latency");
        memoryLine = sheet.of("memory.line");
        longestWrite = Transfers.longestWrite(sheet);
        misaligned = sheet.cost(Timing.Event.SPLIT_ACCESS);
        walkCycles = sheet.of("walk.cycles");
        perfectFirst = sheet.isPerfect(Mechanism.L1);
        perfectSecond = sheet.isPerfect(Mechanism.L2);
        perfectTlb = sheet.isPerfect(Mechanism.TLB);
        code = sheet.cache(design.codeCache());
        data = unified ? code : sheet.cache(design.dataCache());
        board = sheet.cache("cache.l2");
    }

    void keep(StateTape tape) {
        code.keep(tape);
        if (!unified) data.keep(tape);
        board.keep(tape);
        fetched = tape.integer(fetched);
        filling = tape.integer(filling);
        accessed = tape.integer(accessed);
        before = tape.integer(before);
        walking = tape.flag(walking);
        delay = tape.integer(delay);
        l1Misses = tape.number(l1Misses);
        l2Misses = tape.number(l2Misses);
    }

    void listen(Timing.MissListener newListener) {
        listener = newListener;
    }

    void fetch(int physical) {
        int missing = 0;
        for (int line = physical >>> lineShift; line <= lastLine(physical); line++) {
            if (code.hit(line)) continue;
            code.fill(line);
            if (!perfectFirst) missing += latency(missed(line)) - Transfers.HIT;
        }
        boolean next = missing != 0 && physical - fetched == FETCHED;
        outcomes.add(Outcomes.FETCH_STALL, next ? Met.SEQUENTIAL : 0, missing);
        late(missing);
        fetched(physical);
    }

    private int lastLine(int physical) {
        return physical + FETCHED - 1 >>> lineShift;
    }

    @Override
    public void fetched(int physical) {
        walking = false;
        fetched = physical;
    }

    @Override
    public boolean fetchAtOnce(int physical) {
        int first = physical >>> lineShift;
        int last = lastLine(physical);
        for (int line = first; line <= last; line++) if (!code.holds(line)) return false;
        for (int line = first; line <= last; line++) code.hit(line);
        fetched(physical);
        return true;
    }

    @Override
    public void enterFetch() {
        outcomes.add(Outcomes.FETCH_STALL, 0, 0);
    }

    /** Whatever is fetched next does not follow what was fetched before. */
    void restart() {
        fetched = -1;
    }

    /** Takes the line around a physical address out of the code cache; says whether there is one and it was there. */
    boolean dropInstructions(int physical) {
        return !unified && code.drop(physical >>> lineShift);
    }

    void load(int physical, int bytes) {
        int met = read(physical);
        if (met != Met.HIT) outcomes.add(Outcomes.LOAD, met, 0);
        access(physical);
        align(physical, bytes);
    }

    /** A load that goes to the bus, whatever is in the caches. */
    void loadUncached(int physical, int bytes) {
        int cycles = memoryLatency - Transfers.HIT;
        outcomes.add(Outcomes.HOLD, 0, cycles);
        late(cycles);
        access(physical);
        align(physical, bytes);
    }

    void store(int physical, int bytes) {
        boolean hit = perfectFirst || data.hit(physical >>> lineShift) && !writeThrough;
        if (!hit) write();
        access(physical);
        align(physical, bytes);
    }

    /** A store that goes to the bus, which takes a write buffer. */
    void storeUncached(int physical, int bytes) {
        write();
        access(physical);
        align(physical, bytes);
    }

    private void write() {
        outcomes.add(Outcomes.STORE, 0, 0);
        late(longestWrite);
    }

    private void access(int physical) {
        walking = false;
        enter(physical);
    }

    private void enter(int physical) {
        accessed = physical;
        outcomes.note();
    }

    private void align(int physical, int bytes) {
        if (!isAligned(physical, bytes)) stall(misaligned);
    }

    private static boolean isAligned(int physical, int bytes) {
        return bytes == 8 ? (physical & EIGHT) == 0 : (physical & FOUR) + bytes <= 4;
    }

    /** The current instruction holds up the pipeline. */
    void stall(int cycles) {
        outcomes.add(Outcomes.DELAY, 0, cycles);
        late(cycles);
    }

    /** One level of a page walk. */
    void walk(int physical, boolean instructionSide) {
        if (perfectTlb) return;
        int cycles = walking ? 0 : walkCycles;
        walking = true;
        int met = read(physical);
        if (cycles != 0 || met != Met.HIT) walked(instructionSide, Met.walk(met), cycles);
    }

    private void walked(boolean instructionSide, int detail, int cycles) {
        outcomes.add(instructionSide ? Outcomes.FETCH_STALL : Outcomes.DELAY, detail, cycles);
        late(cycles);
    }

    /** What a read finds. */
    private int read(int physical) {
        if (perfectFirst) return Met.HIT;
        int line = physical >>> lineShift;
        if (data.hit(line)) return line == filling ? Met.FILLING : Met.HIT;
        data.fill(line);
        filling = line;
        int met = missed(line);
        late(latency(met) + memoryLine);
        return met;
    }

    private int missed(int line) {
        l1Misses++;
        listener.cacheMissed(1, line << lineShift);
        if (perfectSecond || board.hit(line)) return Met.SECOND;
        l2Misses++;
        listener.cacheMissed(2, line << lineShift);
        board.fill(line);
        return Met.FROM_MEMORY;
    }

    private int latency(int met) {
        return met == Met.SECOND ? l2Latency : memoryLatency;
    }

    private void late(int cycles) {
        delay += cycles;
        if (cycles != 0) outcomes.note();
    }

    /**
     * The current instruction is complete; by how many cycles it has been delayed at most.
     *
     * @param meets whether its access may meet that of the instruction before in a bank of the cache
     */
    int complete(boolean meets) {
        if (meets && Pairing.sameBank(before, accessed)) outcomes.add(Outcomes.SAME_BANK, 0, 0);
        before = accessed;
        int cycles = delay;
        delay = 0;
        return cycles;
    }

    long l1Misses() {
        return l1Misses;
    }

    long l2Misses() {
        return l2Misses;
    }

    /** By how much one access without a walk, or the fetch of a block, delays what is under way at most. */
    long longestDelay() {
        int latency = Math.max(l2Latency, memoryLatency);
        return (long) latency * (FETCHED >> lineShift) + latency + memoryLine + misaligned + longestWrite;
    }

    @Override
    public boolean isAtRest() {
        return !walking && delay == 0;
    }

    @Override
    public void limit(int pendingStores, int pendingLines) {
        // A walk for the block that begins may have asked for a line already.
        if (pendingLines == 0 && delay == 0) filling = -1;
    }

    @Override
    public boolean isInFlight(int physical) {
        return physical >>> lineShift == filling;
    }

    @Override
    public Cache code() {
        return code;
    }

    @Override
    public Cache data() {
        return data;
    }

    /** Loads wait for no store. */
    @Override
    public Forwarding forwarding() {
        return null;
    }

    @Override
    public int loadAtOnce(int physical, int bytes) {
        boolean atOnce = isAligned(physical, bytes)
                && (perfectFirst || !isInFlight(physical) && data.hit(physical >>> lineShift));
        if (!atOnce) return -1;
        walking = false;
        return 0;
    }

    @Override
    public boolean storeAtOnce(int physical, int bytes, boolean sends) {
        if (!isAligned(physical, bytes)) return false;
        if (!perfectFirst && !data.hit(physical >>> lineShift) && !writeThrough) return false;
        walking = false;
        return true;
    }

    @Override
    public int walkAtOnce(int physical, boolean instructionSide, boolean written) {
        if (perfectTlb) return 0;
        if (!perfectFirst && (isInFlight(physical) || !data.hit(physical >>> lineShift))) return -1;
        int cycles = walking ? 0 : walkCycles;
        walking = true;
        return cycles;
    }

    @Override
    public boolean sendsEventful() {
        return true;
    }

    @Override
    public void enterLoad(int sources, int physical, int bytes) {
        enter(physical);
    }

    @Override
    public void enterStore(int physical) {
        if (writeThrough && !perfectFirst) write();
        enter(physical);
    }

    @Override
    public void enterWalk(boolean instructionSide) {
        walked(instructionSide, Met.walk(Met.HIT), walkCycles);
    }

    @Override
    public int before() {
        return before;
    }

    @Override
    public void carry(int physical) {
        accessed = physical;
        before = physical;
    }
}
