package org.sidestep.machine.ia32.timing;

import java.util.Arrays;

/**
 * The tags of a set-associative write-back cache with 32-byte lines. The ways of a set are kept in order of use, so that
 * the first is the most recent one and the last is the victim.
 */
final class Cache {

    static final int LINE_SHIFT = 5;

    /** No victim had to be written back. */
    static final int NOTHING = -1;

    private static final int DIRTY = 1 << 31;
    private static final int EMPTY = ~DIRTY;

    private final int ways;
    private final int setMask;
    private final int[] tags;

    Cache(int bytes, int ways) {
        this.ways = ways;
        int sets = bytes / ways >> LINE_SHIFT;
        setMask = sets - 1;
        tags = new int[sets * ways];
        Arrays.fill(tags, EMPTY);
    }

    Cache(Cache other) {
        ways = other.ways;
        setMask = other.setMask;
        tags = other.tags.clone();
    }

    /** Whether {@code line} (an address shifted right by {@link #LINE_SHIFT}) is present; it becomes the most recent. */
    boolean hit(int line) {
        int first = (line & setMask) * ways;
        return (tags[first] & ~DIRTY) == line || hitBehind(first, line);
    }

    private boolean hitBehind(int first, int line) {
        for (int i = 1; i < ways; i++) {
            int tag = tags[first + i];
            if ((tag & ~DIRTY) == line) {
                moveToFront(first, i, tag);
                return true;
            }
        }
        return false;
    }

    /**
     * Brings {@code line} in as the most recent.
     *
     * @return the line that had to be written back, or {@link #NOTHING}
     */
    int fill(int line) {
        int first = (line & setMask) * ways;
        int victim = tags[first + ways - 1];
        moveToFront(first, ways - 1, line);
        return (victim & DIRTY) != 0 ? victim & ~DIRTY : NOTHING;
    }

    /** Marks {@code line} as modified; it must be the most recent of its set. */
    void dirty(int line) {
        tags[(line & setMask) * ways] = line | DIRTY;
    }

    private void moveToFront(int first, int from, int tag) {
        System.arraycopy(tags, first, tags, first + 1, from);
        tags[first] = tag;
    }
}
