package org.sidestep.machine.ia32.timing;

import org.sidestep.machine.Timing;

/** Caches of the Pentium 4, and the stores that loads may take their data from. Cycles but where twelfths are named. */
final class NetBurstMemory {

    private static final int WORDS = 64;

    private final int l1Latency;
    private final int l2Latency;
    private final int memoryLatency;
    private final int walkCycles;
    private final int buildCycles;
    private final int forwardTwelfths;
    private final int blockedTwelfths;
    private final boolean perfectFirst;
    private final boolean perfectSecond;
    private final boolean perfectTlb;
    private final boolean perfectForwarding;
    private final Cache trace;
    private final Cache data;
    private final Cache unified;
    private Timing.MissListener listener = (level, physical) -> {};
    private boolean walking;
    private long l1Misses;
    private long l2Misses;

    // Recent stores, by word.
    private final int[] address = new int[WORDS];
    private final int[] end = new int[WORDS];
    /** In twelfths: when the data can be had, and when the store has left for the cache. */
    private final long[] ready = new long[WORDS];

    private final long[] gone = new long[WORDS];

    NetBurstMemory(NetBurstSheet sheet) {
        l1Latency = sheet.of("cache.l1d.latency");
        l2Latency = sheet.of("cache.l2.latency");
        memoryLatency = sheet.of("memory.latency");
        walkCycles = sheet.of("walk.cycles");
        buildCycles = sheet.of("trace.build.cycles");
        forwardTwelfths = NetBurstClocks.TWELFTHS * sheet.of("forward.cycles");
        blockedTwelfths = NetBurstClocks.TWELFTHS * sheet.of("blocked-load.cycles");
        perfectFirst = sheet.isPerfect(Mechanism.L1);
        perfectSecond = sheet.isPerfect(Mechanism.L2);
        perfectTlb = sheet.isPerfect(Mechanism.TLB);
        perfectForwarding = sheet.isPerfect(Mechanism.STORE_FORWARDING);
        trace = sheet.cache("cache.trace");
        data = sheet.cache("cache.l1d");
        unified = sheet.cache("cache.l2");
    }

    NetBurstMemory(NetBurstMemory other) {
        l1Latency = other.l1Latency;
        l2Latency = other.l2Latency;
        memoryLatency = other.memoryLatency;
        walkCycles = other.walkCycles;
        buildCycles = other.buildCycles;
        forwardTwelfths = other.forwardTwelfths;
        blockedTwelfths = other.blockedTwelfths;
        perfectFirst = other.perfectFirst;
        perfectSecond = other.perfectSecond;
        perfectTlb = other.perfectTlb;
        perfectForwarding = other.perfectForwarding;
        trace = new Cache(other.trace);
        data = new Cache(other.data);
        unified = new Cache(other.unified);
        walking = other.walking;
        l1Misses = other.l1Misses;
        l2Misses = other.l2Misses;
        System.arraycopy(other.address, 0, address, 0, WORDS);
        System.arraycopy(other.end, 0, end, 0, WORDS);
        System.arraycopy(other.ready, 0, ready, 0, WORDS);
        System.arraycopy(other.gone, 0, gone, 0, WORDS);
    }

    void listen(Timing.MissListener newListener) {
        listener = newListener;
    }

    /** Cycles for which the trace cache delivers nothing. */
    int fetch(int physical) {
        walking = false;
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (perfectFirst || trace.hit(line)) return 0;
        trace.fill(line);
        return buildCycles + behindFirst(line);
    }

    /** Cycles from address to data. */
    int load(int physical) {
        walking = false;
        return read(physical);
    }

    private int read(int physical) {
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (perfectFirst || data.hit(line)) return l1Latency;
        data.fill(line);
        return behindFirst(line);
    }

    private int behindFirst(int line) {
        l1Misses++;
        listener.cacheMissed(1, line << NetBurstSheet.LINE_SHIFT);
        if (perfectSecond || unified.hit(line)) return l2Latency;
        l2Misses++;
        listener.cacheMissed(2, line << NetBurstSheet.LINE_SHIFT);
        unified.fill(line);
        return memoryLatency;
    }

    /** By how much a load is later than a hit in the first-level cache. */
    int late(int cycles) {
        return cycles - l1Latency;
    }

    boolean isFromMemory(int cycles) {
        return cycles == memoryLatency;
    }

    /** A store goes through to the second level; returns whether it has to be brought in from memory. */
    boolean store(int physical) {
        walking = false;
        int line = physical >>> NetBurstSheet.LINE_SHIFT;
        if (perfectFirst || data.hit(line)) return false;
        data.fill(line);
        return behindFirst(line) == memoryLatency;
    }

    /** Cycles of one level of a page walk. */
    int walk(int physical) {
        int found = read(physical);
        int cycles = (walking ? 0 : walkCycles) + (found == l1Latency ? 0 : found);
        walking = true;
        return perfectTlb ? 0 : cycles;
    }

    /** A store whose data can be had at {@code data}, and that leaves for the cache at {@code leaves}, in twelfths. */
    void remember(int physical, int bytes, long data, long leaves) {
        int place = physical >>> 2 & WORDS - 1;
        address[place] = physical;
        end[place] = physical + bytes;
        ready[place] = data;
        gone[place] = leaves;
    }

    /** When a load can begin, not before {@code start}, in twelfths: stores that are on their way hold it up. */
    long available(int physical, int bytes, long start) {
        int place = physical >>> 2 & WORDS - 1;
        if (gone[place] <= start || address[place] >>> 2 != physical >>> 2) return start;
        if (end[place] - physical <= 0 || physical + bytes - address[place] <= 0) return start;
        boolean covers = address[place] - physical <= 0 && end[place] - (physical + bytes) >= 0;
        if (perfectForwarding) return Math.max(start, ready[place]);
        return Math.max(start, covers ? ready[place] + forwardTwelfths : gone[place] + blockedTwelfths);
    }

    long l1Misses() {
        return l1Misses;
    }

    long l2Misses() {
        return l2Misses;
    }
}
