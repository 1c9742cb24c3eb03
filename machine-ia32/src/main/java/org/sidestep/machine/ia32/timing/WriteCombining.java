package org.sidestep.machine.ia32.timing;

import java.util.Arrays;
import org.sidestep.machine.StateTape;

/**
 * The buffers in which non-temporal stores collect until a line is complete, which then goes to memory at once, and is never
 * read. One that has to make room before goes in pieces of eight bytes (S Intel's optimization manuals).
 */
public final class WriteCombining {

    private static final int PIECE = 8;
    private static final int NONE = -1;

    private final int lineShift;
    private final long whole;
    /** The line in each buffer, the oldest first, and which of its bytes have been written. */
    private final int[] lines;

    private final long[] written;

    /** Buffers that are empty. */
    public WriteCombining(int entries, int lineShift) {
        this.lineShift = lineShift;
        whole = -1L >>> Long.SIZE - (1 << lineShift);
        lines = new int[entries];
        written = new long[entries];
        Arrays.fill(lines, NONE);
    }

    public void keep(StateTape tape) {
        tape.array(lines);
        tape.array(written);
    }

    /** A store within a line; returns how often that makes a buffer ask for the bus. */
    public int store(int physical, int bytes) {
        int line = physical >>> lineShift;
        int place = find(line);
        int transfers = 0;
        if (place < 0) {
            transfers = transfers(0);
            place = open(line);
        }
        written[place] |= (-1L >>> Long.SIZE - bytes) << (physical & (1 << lineShift) - 1);
        return written[place] == whole ? transfers + close(place) : transfers;
    }

    /** A line is accessed in the usual way: what has been collected of it goes to memory first. */
    public int leave(int line) {
        int place = find(line);
        return place < 0 ? 0 : close(place);
    }

    /** All that has been collected goes to memory. */
    public int leave() {
        int transfers = 0;
        for (int i = 0; i < lines.length; i++) transfers += close(lines.length - 1);
        return transfers;
    }

    /** The oldest buffer, or one that is free, becomes the youngest. */
    private int open(int line) {
        int last = lines.length - 1;
        System.arraycopy(lines, 1, lines, 0, last);
        System.arraycopy(written, 1, written, 0, last);
        lines[last] = line;
        written[last] = 0;
        return last;
    }

    private int find(int line) {
        for (int place = lines.length - 1; place >= 0; place--) if (lines[place] == line) return place;
        return -1;
    }

    /** Empties a buffer; free ones come first, so that they are taken first. */
    private int close(int place) {
        int transfers = transfers(place);
        System.arraycopy(lines, 0, lines, 1, place);
        System.arraycopy(written, 0, written, 1, place);
        lines[0] = NONE;
        written[0] = 0;
        return transfers;
    }

    private int transfers(int place) {
        if (lines[place] == NONE) return 0;
        if (written[place] == whole) return 1;
        int pieces = 0;
        for (long rest = written[place]; rest != 0; rest >>>= PIECE) if ((rest & 0xFF) != 0) pieces++;
        return pieces;
    }
}
