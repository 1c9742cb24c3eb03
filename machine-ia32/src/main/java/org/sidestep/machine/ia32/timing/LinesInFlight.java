package org.sidestep.machine.ia32.timing;

import org.sidestep.machine.StateTape;

/**
 * The lines that were asked for last and may not be there yet, although the cache has their tags: what accesses one of them
 * waits. Knows addresses and their order, not times; those are in {@link FillBuffers}.
 */
public final class LinesInFlight {

    private final int[] lines;
    private int next;
    /** Lines that may be in flight: the last ones. */
    private int recent;

    public LinesInFlight(int entries) {
        lines = new int[entries];
    }

    public void keep(StateTape tape) {
        tape.array(lines);
        next = tape.integer(next);
        recent = tape.integer(recent);
    }

    /** A line has been asked for. */
    public void add(int line) {
        lines[next] = line;
        next = next + 1 == lines.length ? 0 : next + 1;
        recent = Math.min(recent + 1, lines.length);
    }

    /** Only the last {@code pending} lines before this moment may still be in flight. */
    public void limit(int pending) {
        recent = pending;
    }

    /** The age of {@code line}, 1 if it was asked for last; 0 if it is not in flight. */
    public int age(int line) {
        for (int age = 1; age <= recent; age++) {
            int place = next - age;
            if (lines[place < 0 ? place + lines.length : place] == line) return age;
        }
        return 0;
    }
}
