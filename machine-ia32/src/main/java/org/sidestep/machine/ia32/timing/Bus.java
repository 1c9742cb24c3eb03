package org.sidestep.machine.ia32.timing;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/**
 * The bus to memory: who asks for it gets it when it is free for long enough, be it before others who asked earlier, but for
 * a later time. (Loads ask when they execute, stores when they drain, which is later, and both in program order.)
 */
public final class Bus {

    /** More than can ever wait: those of a full store buffer, and of all misses, with what has to make room for them. */
    private static final int PLACES = 128;

    /** When it is taken, earliest first. */
    private final long[] from = new long[PLACES];

    private final long[] to = new long[PLACES];
    private int count;

    /** It is taken at no time. */
    public Bus() {}

    public void keep(StateTape tape) {
        tape.array(from);
        tape.array(to);
        count = tape.integer(count);
    }

    /** The time, not before {@code start}, from which on it is taken for so long. */
    public long take(long start, long length) {
        if (count == PLACES) remove(1);
        long begin = start;
        int place = 0;
        for (; place < count && from[place] < begin + length; place++) begin = Math.max(begin, to[place]);
        System.arraycopy(from, place, from, place + 1, count - place);
        System.arraycopy(to, place, to, place + 1, count - place);
        from[place] = begin;
        to[place] = begin + length;
        count++;
        return begin;
    }

    private void remove(int earliest) {
        count -= earliest;
        System.arraycopy(from, earliest, from, 0, count);
        System.arraycopy(to, earliest, to, 0, count);
    }

    public void exchange(StateVector state) {
        int gone = 0;
        while (gone < count && state.isGone(to[gone])) gone++;
        remove(gone);
        count = state.value(count);
        for (int i = 0; i < count; i++) {
            from[i] = state.time(from[i]);
            to[i] = state.time(to[i]);
        }
    }
}
