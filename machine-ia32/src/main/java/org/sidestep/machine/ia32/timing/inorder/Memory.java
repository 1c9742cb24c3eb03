package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.timing.Cache;

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

    private final Design design;
    private final Figures figures;
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

    Memory(Design design, Figures figures) {
        this.design = design;
        this.figures = figures;
        code = design.firstLevel();
        data = design.unified() ? code : design.firstLevel();
        board = design.secondLevel();
    }

    Memory(Memory other) {
        design = other.design;
        figures = other.figures;
        code = new Cache(other.code);
        data = design.unified() ? code : new Cache(other.data);
        board = new Cache(other.board);
        filling = other.filling;
        filled = other.filled;
        written = other.written;
        walking = other.walking;
        l1Misses = other.l1Misses;
        l2Misses = other.l2Misses;
    }

    void listen(Timing.MissListener newListener) {
        listener = newListener;
    }

    /** Cycles until the instructions in the block at {@code physical} can be decoded. */
    int fetch(int physical) {
        walking = false;
        if (figures.ablated().caches()) return 0;
        int cycles = 0;
        for (int at = 0; at < FETCHED; at += 1 << design.lineShift()) {
            int line = physical + at >>> design.lineShift();
            if (code.hit(line)) continue;
            code.fill(line);
            cycles += latency(line) - HIT;
        }
        return cycles;
    }

    /** Cycles for which a load at {@code now} holds up the pipeline. */
    int load(int physical, long now) {
        walking = false;
        return read(physical, now);
    }

    private int read(int physical, long now) {
        if (figures.ablated().caches()) return 0;
        int line = physical >>> design.lineShift();
        if (data.hit(line)) return line == filling ? (int) Math.max(0, filled - now) : 0;
        data.fill(line);
        long start = Math.max(now, written / TWELFTHS);
        boolean onBoard = board.hit(line);
        int latency = latency(line);
        filling = line;
        filled = start + (onBoard ? figures.l2Line() : figures.memoryLine());
        return (int) (start - now) + latency - HIT;
    }

    /** Cycles for which a store at {@code now} holds up the pipeline. */
    int store(int physical, long now) {
        walking = false;
        if (figures.ablated().caches()) return 0;
        boolean hit = data.hit(physical >>> design.lineShift());
        return hit && !design.writeThrough() ? 0 : buffer(now);
    }

    /** Waits until a write buffer is free. */
    private int buffer(long now) {
        long free = written - (long) (design.writeBuffers() - 1) * figures.writes();
        int wait = (int) Math.max(0, (free + TWELFTHS - 1) / TWELFTHS - now);
        written = Math.max(written, TWELFTHS * (now + wait)) + figures.writes();
        return wait;
    }

    /** Cycles of one level of a page walk at {@code now}. */
    int walk(int physical, long now) {
        if (figures.ablated().tlb()) return 0;
        int cycles = walking ? 0 : figures.walk();
        walking = true;
        return cycles + read(physical, now + cycles);
    }

    private int latency(int line) {
        l1Misses++;
        listener.cacheMissed(1, line << design.lineShift());
        if (board.hit(line)) return figures.l2Latency();
        l2Misses++;
        listener.cacheMissed(2, line << design.lineShift());
        board.fill(line);
        return figures.memoryLatency();
    }

    long l1Misses() {
        return l1Misses;
    }

    long l2Misses() {
        return l2Misses;
    }
}
