package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.lookup.Cache;

/** First- and second-level caches: the level at which an access finds its line, and what it counts. */
final class MemoryHierarchy {

    static final int L1 = 0;
    static final int L2 = 1;
    static final int MEMORY = 2;

    private final Cache instructions;
    private final Cache data;
    private final Cache unified;
    private final boolean firstIsPerfect;
    private final boolean secondIsPerfect;
    private Timing.MissListener listener = (level, physical) -> {};
    private long l1Misses;
    private long l2Misses;
    /** Modified lines that have left for memory, since last asked. */
    private int written;

    /**
     * Caches that are empty.
     *
     * @param firstIsPerfect whether what the first level does not hold comes at once all the same; likewise the second
     */
    MemoryHierarchy(Cache instructions, Cache data, Cache unified, boolean firstIsPerfect, boolean secondIsPerfect) {
        this.instructions = instructions;
        this.data = data;
        this.unified = unified;
        this.firstIsPerfect = firstIsPerfect;
        this.secondIsPerfect = secondIsPerfect;
    }

    void keep(StateTape tape) {
        instructions.keep(tape);
        data.keep(tape);
        unified.keep(tape);
        l1Misses = tape.number(l1Misses);
        l2Misses = tape.number(l2Misses);
        written = tape.integer(written);
    }

    /** The first level for code. */
    Cache instructions() {
        return instructions;
    }

    /** The first level for data. */
    Cache data() {
        return data;
    }

    void listen(Timing.MissListener newListener) {
        listener = newListener;
    }

    /** The level that delivers the instructions at a physical address. */
    int fetch(int physical) {
        int line = physical >>> Cache.LINE_SHIFT;
        if (instructions.hit(line)) return L1;
        instructions.fill(line);
        return second(line);
    }

    /** Takes the line around a physical address out of the cache that instructions come from; says whether it was there. */
    boolean dropInstructions(int physical) {
        return instructions.drop(physical >>> Cache.LINE_SHIFT);
    }

    /** The level that delivers the data at a physical address. */
    int read(int physical) {
        int line = physical >>> Cache.LINE_SHIFT;
        return data.hit(line) ? L1 : missed(line);
    }

    /** The level that delivers the line to be written; a write allocates. */
    int write(int physical) {
        int line = physical >>> Cache.LINE_SHIFT;
        int level = data.hit(line) ? L1 : missed(line);
        data.dirty(line);
        return level;
    }

    /** Whether the first-level cache delivers the instructions, which is as {@link #fetch}; nothing has happened otherwise. */
    boolean fetchesAtOnce(int physical) {
        return instructions.hit(physical >>> Cache.LINE_SHIFT);
    }

    /** Likewise for {@link #read}. */
    boolean readsAtOnce(int physical) {
        return data.hit(physical >>> Cache.LINE_SHIFT);
    }

    /** Likewise for {@link #write}. */
    boolean writesAtOnce(int physical) {
        int line = physical >>> Cache.LINE_SHIFT;
        if (!data.hit(line)) return false;
        data.dirty(line);
        return true;
    }

    /** Whether a level holds the data at a physical address; nothing changes. */
    boolean holds(int physical) {
        int line = physical >>> Cache.LINE_SHIFT;
        return data.holds(line) || unified.holds(line);
    }

    /** The level that delivers a line ahead of time to the levels that are to have it; the first if they do. */
    int prefetch(int physical, boolean toFirst, boolean toSecond) {
        int line = physical >>> Cache.LINE_SHIFT;
        if (data.holds(line)) return L1;
        int level = unified.holds(line) || secondIsPerfect ? L2 : MEMORY;
        if (firstIsPerfect || level == L2 && !toFirst) return L1;
        int victim = toFirst ? data.fill(line) : Cache.NOTHING;
        if (level == MEMORY && toSecond) fillSecond(line);
        if (victim != Cache.NOTHING) writeBack(victim);
        return level;
    }

    /** Modified lines that have left for memory since this was asked last. */
    int takeWritten() {
        int lines = written;
        written = 0;
        return lines;
    }

    private int missed(int line) {
        int victim = data.fill(line);
        int level = second(line);
        if (victim != Cache.NOTHING) writeBack(victim);
        return level;
    }

    private int second(int line) {
        if (firstIsPerfect) return L1;
        l1Misses++;
        listener.cacheMissed(1, line << Cache.LINE_SHIFT);
        if (unified.hit(line) || secondIsPerfect) return L2;
        l2Misses++;
        listener.cacheMissed(2, line << Cache.LINE_SHIFT);
        fillSecond(line);
        return MEMORY;
    }

    private void fillSecond(int line) {
        if (unified.fill(line) != Cache.NOTHING) written++;
    }

    private void writeBack(int line) {
        if (!unified.hit(line)) fillSecond(line);
        unified.dirty(line);
    }

    long l1Misses() {
        return l1Misses;
    }

    long l2Misses() {
        return l2Misses;
    }
}
