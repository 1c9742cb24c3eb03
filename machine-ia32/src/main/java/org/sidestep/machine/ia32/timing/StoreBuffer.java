package org.sidestep.machine.ia32.timing;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;
import org.sidestep.machine.ia32.timing.memo.StateVector;

/**
 * Stores on their way to the cache: entries that drain in order after retirement, and what later loads take from
 * them instead of from the cache.
 */
public final class StoreBuffer {

    private final int blockedLoad;
    private final boolean forwardsAll;
    private final int longestBurst;
    /** When each of the last stores has drained, and when its data could be forwarded. */
    private final long[] drained;

    private final long[] dataReady;
    private int next;
    private long lastDrained;
    /** Stores that the cache port has taken one after another. */
    private int burst;

    /** A buffer whose stores drain without a pause. */
    public StoreBuffer(int entries, int blockedLoad, boolean forwardsAll) {
        this(entries, blockedLoad, forwardsAll, Integer.MAX_VALUE);
    }

    /**
     * A buffer that is empty.
     *
     * @param blockedLoad cycles after which a load goes on that had to wait until a store has drained
     * @param forwardsAll whether no load ever has to wait for that
     * @param longestBurst stores that may make the cache port pause, one after another, after which it pauses for a cycle
     */
    public StoreBuffer(int entries, int blockedLoad, boolean forwardsAll, int longestBurst) {
        this.longestBurst = longestBurst;
        this.blockedLoad = blockedLoad;
        this.forwardsAll = forwardsAll;
        drained = new long[entries];
        dataReady = new long[entries];
    }

    public void keep(StateTape tape) {
        tape.array(drained);
        tape.array(dataReady);
        next = tape.integer(next);
        lastDrained = tape.number(lastDrained);
        burst = tape.integer(burst);
    }

    /** The cycle at which there is room for one more store. */
    public long room() {
        return drained[next];
    }

    /** When it is the turn of a store that has retired to drain. */
    public long turn(long retired) {
        return Math.max(lastDrained, retired);
    }

    /**
     * A store retires.
     *
     * @param ready when its data can be forwarded
     * @param retired when it may drain
     * @param cycles how long it occupies the cache port
     */
    public void add(long ready, long retired, int cycles) {
        add(ready, retired, cycles, false);
    }

    /**
     * Likewise.
     *
     * @param pausing whether it may make the port pause
     */
    public void add(long ready, long retired, int cycles, boolean pausing) {
        if (lastDrained < retired) burst = 0;
        int pause = 0;
        if (pausing && ++burst == longestBurst) {
            burst = 0;
            pause = 1;
        }
        lastDrained = turn(retired) + cycles + pause;
        drained[next] = lastDrained;
        dataReady[next] = ready;
        next = next + 1 == drained.length ? 0 : next + 1;
    }

    /**
     * The cycle, not before {@code start}, at which a load finds its bytes: in a buffered store that covers them all, or
     * else in the cache, after every store that covers some of them has drained.
     *
     * @param sources see {@link Forwarding}
     */
    public long available(int sources, long start) {
        if (sources == Forwarding.NONE) return start;
        return Math.max(taken(sources & 0xFF, start), taken(sources >> 8, start));
    }

    /** Likewise, of one source. */
    public long taken(int source, long start) {
        if (source == Forwarding.NONE) return start;
        int behind = next - (source >> 1);
        int entry = behind < 0 ? behind + drained.length : behind;
        if (drained[entry] <= start) return start;
        boolean covers = (source & 1) != 0 || forwardsAll;
        return Math.max(start, covers ? dataReady[entry] : drained[entry] + blockedLoad);
    }

    /** Stores that drain after {@code cycle}. */
    public int pending(long cycle) {
        int pending = 0;
        for (long time : drained) if (time > cycle) pending++;
        return pending;
    }

    public void exchange(StateVector state) {
        burst = state.value(state.isGone(lastDrained) ? 0 : burst);
        lastDrained = state.time(lastDrained);
        for (int i = 0; i < drained.length; i++) {
            int entry = (next + i) % drained.length;
            boolean gone = state.isGone(drained[entry]);
            drained[entry] = state.time(drained[entry]);
            dataReady[entry] = state.time(gone ? 0 : dataReady[entry]);
        }
    }
}
