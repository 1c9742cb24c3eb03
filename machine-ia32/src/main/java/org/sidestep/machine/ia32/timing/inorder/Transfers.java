package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/** When lines come over the bus and buffered stores leave by it: what {@link Memory} has looked up takes its time here. */
final class Transfers {

    /** A load that hits is there when the next instruction but one forms its address. */
    static final int HIT = 2;
    /** Time at the bus is counted in twelfths of a cycle. */
    private static final int TWELFTHS = 12;

    private final int l2Latency;
    private final int l2Line;
    private final int memoryLatency;
    private final int memoryLine;
    private final int writes;
    private final int buffers;

    /** When all of the line is there that is being filled. */
    private long filled;
    /** When the last of the buffered stores will have left, in twelfths of a cycle. */
    private long written;

    Transfers(Sheet sheet) {
        l2Latency = sheet.of("cache.l2.latency");
        l2Line = sheet.of("cache.l2.line");
        memoryLatency = sheet.of("memory.latency");
        memoryLine = sheet.of("memory.line");
        writes = sheet.of("bus.writes");
        buffers = sheet.of("write-buffer.entries");
    }

    void keep(StateTape tape) {
        filled = tape.number(filled);
        written = tape.number(written);
    }

    /** Cycles for which a read at {@code now} holds up the pipeline that {@link Met} this. */
    int read(int met, long now) {
        if (met == Met.HIT) return 0;
        if (met == Met.FILLING) return (int) Math.max(0, filled - now);
        long start = Math.max(now, written / TWELFTHS);
        boolean second = met == Met.SECOND;
        filled = start + (second ? l2Line : memoryLine);
        return (int) (start - now) + (second ? l2Latency : memoryLatency) - HIT;
    }

    /** Cycles for which a store at {@code now} waits until a write buffer is free. */
    int write(long now) {
        long free = written - (long) (buffers - 1) * writes;
        int wait = (int) Math.max(0, (free + TWELFTHS - 1) / TWELFTHS - now);
        written = Math.max(written, TWELFTHS * (now + wait)) + writes;
        return wait;
    }

    /** By how many cycles a store delays those behind it at most. */
    static int longestWrite(Sheet sheet) {
        return sheet.of("bus.writes") / TWELFTHS + 1;
    }

    /** Whether a line will still be filled at {@code now}. */
    boolean isFilling(long now) {
        return filled > now;
    }

    /** Nothing is asked for before {@code now}. */
    void exchange(StateVector state, long now) {
        filled = state.time(filled, now);
        written = state.place(written, TWELFTHS, now);
    }
}
