package org.sidestep.machine.ia32.timing.lookup;

import java.util.Arrays;
import org.sidestep.machine.StateTape;

/**
 * The tags of a set-associative write-back cache with lines of 32 bytes unless said otherwise. The ways of a
 * set are kept in order of use, so that the first is the most recent one and the last is the victim.
 */
public final class Cache {

    public static final int LINE_SHIFT = 5;
    public static final int LINE = 1 << LINE_SHIFT;

    /** No victim had to be written back. */
    public static final int NOTHING = -1;

    private static final int DIRTY = 1 << 31;
    private static final int EMPTY = ~DIRTY;

    /** log2 of the bytes in a line. */
    public final int lineShift;

    private final int sets;
    private final int setMask;
    /** All first ways, then all second ways, and so on: the first is nearly always the one. */
    private final int[] tags;

    public Cache(int bytes, int ways) {
        this(bytes, ways, LINE_SHIFT);
    }

    /** @param lineShift log2 of the bytes in a line: callers shift their addresses by as much */
    public Cache(int bytes, int ways, int lineShift) {
        this.lineShift = lineShift;
        sets = bytes / ways >> lineShift;
        setMask = sets - 1;
        tags = new int[sets * ways];
        Arrays.fill(tags, EMPTY);
    }

    public void keep(StateTape tape) {
        tape.array(tags);
    }

    /** The tags, for who asks often, with {@link #isMostRecent}. */
    public int[] tags() {
        return tags;
    }

    /** The bits of a line that say its set. */
    public int setMask() {
        return setMask;
    }

    /** Whether {@code line} is the most recent of its set: to ask for it would change nothing. */
    public static boolean isMostRecent(int[] tags, int setMask, int line) {
        return (tags[line & setMask] & ~DIRTY) == line;
    }

    /** Marks {@code line} as modified; it must be the most recent of its set. */
    public static void dirty(int[] tags, int setMask, int line) {
        tags[line & setMask] = line | DIRTY;
    }

    /** Whether {@code line} (an address without its bits inside the line) is present; it becomes the most recent. */
    public boolean hit(int line) {
        return isMostRecent(tags, setMask, line) || hitBehind(line);
    }

    private boolean hitBehind(int line) {
        for (int place = (line & setMask) + sets; place < tags.length; place += sets) {
            int tag = tags[place];
            if ((tag & ~DIRTY) == line) {
                moveToFront(place, tag);
                return true;
            }
        }
        return false;
    }

    /** Whether {@code line} is present; nothing changes. */
    public boolean holds(int line) {
        for (int place = line & setMask; place < tags.length; place += sets)
            if ((tags[place] & ~DIRTY) == line) return true;
        return false;
    }

    /**
     * Brings {@code line} in as the most recent.
     *
     * @return the line that had to be written back, or {@link #NOTHING}
     */
    public int fill(int line) {
        int last = (line & setMask) + tags.length - sets;
        int victim = tags[last];
        moveToFront(last, line);
        return (victim & DIRTY) != 0 ? victim & ~DIRTY : NOTHING;
    }

    /** Takes all lines out; none is written back. */
    public void clear() {
        Arrays.fill(tags, EMPTY);
    }

    /** Takes {@code line} out; says whether it was present. */
    public boolean drop(int line) {
        for (int place = line & setMask; place < tags.length; place += sets) {
            if ((tags[place] & ~DIRTY) != line) continue;
            for (; place + sets < tags.length; place += sets) tags[place] = tags[place + sets];
            tags[place] = EMPTY;
            return true;
        }
        return false;
    }

    /** Marks {@code line} as modified; it must be the most recent of its set. */
    public void dirty(int line) {
        dirty(tags, setMask, line);
    }

    private void moveToFront(int from, int tag) {
        int place = from;
        for (; place >= sets; place -= sets) tags[place] = tags[place - sets];
        tags[place] = tag;
    }
}
