package org.sidestep.machine.ia32.timing;

/**
 * Stores on their way to the cache: entries that drain in order after retirement, and what later loads take from
 * them instead of from the cache.
 */
final class StoreBuffer {

    /** Recent stores by word address; more words than entries, so that few stores share a place. */
    private static final int WORDS = 32;

    private final int blockedLoad;
    private final boolean forwardsAll;
    private final long[] drained;
    private int next;
    private long lastDrained;

    private final int[] word;
    private final int[] from;
    private final int[] to;
    private final long[] dataReady;
    private final long[] inCache;

    /**
     * A buffer that is empty.
     *
     * @param blockedLoad cycles after which a load goes on that had to wait until a store has drained
     * @param forwardsAll whether no load ever has to wait for that
     */
    StoreBuffer(int entries, int blockedLoad, boolean forwardsAll) {
        this.blockedLoad = blockedLoad;
        this.forwardsAll = forwardsAll;
        drained = new long[entries];
        word = new int[WORDS];
        from = new int[WORDS];
        to = new int[WORDS];
        dataReady = new long[WORDS];
        inCache = new long[WORDS];
    }

    StoreBuffer(StoreBuffer other) {
        blockedLoad = other.blockedLoad;
        forwardsAll = other.forwardsAll;
        drained = other.drained.clone();
        next = other.next;
        lastDrained = other.lastDrained;
        word = other.word.clone();
        from = other.from.clone();
        to = other.to.clone();
        dataReady = other.dataReady.clone();
        inCache = other.inCache.clone();
    }

    /** The cycle at which there is room for one more store. */
    long room() {
        return drained[next];
    }

    /**
     * A store retires.
     *
     * @param ready when its data can be forwarded
     * @param retired when it may drain
     * @param cycles how long it occupies the cache port
     */
    void add(int physical, int bytes, long ready, long retired, int cycles) {
        lastDrained = Math.max(lastDrained, retired) + cycles;
        drained[next] = lastDrained;
        next = next + 1 == drained.length ? 0 : next + 1;
        remember(physical >>> 2, physical, bytes, ready);
        if ((physical & 3) + bytes > 4) remember((physical >>> 2) + 1, physical, bytes, ready);
    }

    private void remember(int wordAddress, int physical, int bytes, long ready) {
        int place = wordAddress & WORDS - 1;
        word[place] = wordAddress;
        from[place] = physical;
        to[place] = physical + bytes;
        dataReady[place] = ready;
        inCache[place] = lastDrained;
    }

    /**
     * The cycle, not before {@code start}, at which a load finds its bytes: in a buffered store that covers them all, or
     * else in the cache, after every store that covers some of them has drained.
     */
    long available(int physical, int bytes, long start) {
        int place = physical >>> 2 & WORDS - 1;
        long first =
                word[place] == physical >>> 2 && inCache[place] > start ? taken(place, physical, bytes, start) : start;
        if ((physical & 3) + bytes <= 4) return first;
        int second = place + 1 & WORDS - 1;
        boolean touches = word[second] == (physical >>> 2) + 1 && inCache[second] > start;
        return touches ? Math.max(first, taken(second, physical, bytes, start)) : first;
    }

    private long taken(int place, int physical, int bytes, long start) {
        if (to[place] - physical <= 0 || physical + bytes - from[place] <= 0) return start;
        boolean covers = from[place] - physical <= 0 && to[place] - (physical + bytes) >= 0;
        return Math.max(start, covers || forwardsAll ? dataReady[place] : inCache[place] + blockedLoad);
    }
}
