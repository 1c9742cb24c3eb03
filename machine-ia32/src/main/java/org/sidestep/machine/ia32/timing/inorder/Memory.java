package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Mechanism;
import org.sidestep.machine.ia32.timing.lookup.Cache;

/**
 * First-level caches, write buffers and the board behind them: by how much the accesses of the current instruction hold up
 * the pipeline, which waits for each. A store that misses does not bring its line in.
 */
final class Memory {

    /** A load that hits is there when the next instruction but one forms its address. */
    private static final int HIT = 2;
    /** Bytes that are fetched at once, aligned. */
    static final int FETCHED = 32;
    /** Time at the bus is counted in twelfths of a cycle. */
    private static final int TWELFTHS = 12;

    private final int lineShift;
    private final boolean unified;
    private final boolean writeThrough;
    private final int l2Latency;
    private final int l2Line;
    private final int memoryLatency;
    private final int memoryLine;
    private final int writes;
    private final int buffers;
    private final int walkCycles;
    private final boolean perfectFirst;
    private final boolean perfectSecond;
    private final boolean perfectTlb;
    private final Cache code;
    private final Cache data;
    private final Cache board;
    private Timing.MissListener listener = (level, physical) -> {};

    /** The line that is being filled, and when all of it is there. */
    private int filling = -1;

    private long filled;
    /** When the last of the buffered stores will have left, in twelfths of a cycle. */
    private long written;

    private boolean walking;
    private long l1Misses;
    private long l2Misses;

    Memory(Sheet sheet) {
        Design design = sheet.design();
        lineShift = design.lineShift();
        unified = design.unified();
        writeThrough = design.writeThrough();
        l2Latency = sheet.of("cache.l2.latency");
        l2Line = sheet.of("cache.l2.line");
        memoryLatency = sheet.of("memory.latency");
        memoryLine = sheet.of("memory.line");
        writes = sheet.of("bus.writes");
        buffers = sheet.of("write-buffer.entries");
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
        filling = tape.integer(filling);
        filled = tape.number(filled);
        written = tape.number(written);
        walking = tape.flag(walking);
        l1Misses = tape.number(l1Misses);
        l2Misses = tape.number(l2Misses);
    }

    void listen(Timing.MissListener newListener) {
        listener = newListener;
    }

    /** Cycles until the instructions in the block at {@code physical} can be decoded. */
    int fetch(int physical) {
        walking = false;
        int cycles = 0;
        for (int at = 0; at < FETCHED; at += 1 << lineShift) {
            int line = physical + at >>> lineShift;
            if (code.hit(line)) continue;
            code.fill(line);
            if (!perfectFirst) cycles += latency(line) - HIT;
        }
        return cycles;
    }

    /** Takes the line around a physical address out of the code cache; says whether there is one and it was there. */
    boolean dropInstructions(int physical) {
        return !unified && code.drop(physical >>> lineShift);
    }

    /** Cycles for which a load at {@code now} holds up the pipeline. */
    int load(int physical, long now) {
        walking = false;
        return read(physical, now);
    }

    /** Cycles for which a load holds up the pipeline that goes to the bus, whatever is in the caches. */
    int loadUncached() {
        walking = false;
        return memoryLatency - HIT;
    }

    /** Likewise for a store at {@code now}, which takes a write buffer. */
    int storeUncached(long now) {
        walking = false;
        return buffer(now);
    }

    private int read(int physical, long now) {
        if (perfectFirst) return 0;
        int line = physical >>> lineShift;
        if (data.hit(line)) return line == filling ? (int) Math.max(0, filled - now) : 0;
        data.fill(line);
        long start = Math.max(now, written / TWELFTHS);
        int latency = latency(line);
        filling = line;
        filled = start + (latency == l2Latency ? l2Line : memoryLine);
        return (int) (start - now) + latency - HIT;
    }

    /** Cycles for which a store at {@code now} holds up the pipeline. */
    int store(int physical, long now) {
        walking = false;
        if (perfectFirst) return 0;
        boolean hit = data.hit(physical >>> lineShift);
        return hit && !writeThrough ? 0 : buffer(now);
    }

    /** Waits until a write buffer is free. */
    private int buffer(long now) {
        long free = written - (long) (buffers - 1) * writes;
        int wait = (int) Math.max(0, (free + TWELFTHS - 1) / TWELFTHS - now);
        written = Math.max(written, TWELFTHS * (now + wait)) + writes;
        return wait;
    }

    /** Cycles of one level of a page walk at {@code now}. */
    int walk(int physical, long now) {
        if (perfectTlb) return 0;
        int cycles = walking ? 0 : walkCycles;
        walking = true;
        return cycles + read(physical, now + cycles);
    }

    private int latency(int line) {
        l1Misses++;
        listener.cacheMissed(1, line << lineShift);
        if (perfectSecond || board.hit(line)) return l2Latency;
        l2Misses++;
        listener.cacheMissed(2, line << lineShift);
        board.fill(line);
        return memoryLatency;
    }

    long l1Misses() {
        return l1Misses;
    }

    long l2Misses() {
        return l2Misses;
    }
}
