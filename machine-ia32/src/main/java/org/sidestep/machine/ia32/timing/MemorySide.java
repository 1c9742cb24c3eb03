package org.sidestep.machine.ia32.timing;

/** What the current instruction has reported of memory, looked up in the caches as it was reported. */
final class MemorySide {

    private final int l1Latency;
    private final int l2Latency;
    private final int memoryLatency;
    private final int busTransfer;
    private final int walkCycles;
    private final boolean walksAreFree;
    private final MemoryHierarchy hierarchy;

    final Accesses loads;
    final Accesses stores;
    /** Cycles that delay the instruction's result, whatever it waits for. */
    int extra;
    /** Cycles for which fetch waits for lines and page tables. */
    int fetchStall;

    /** Cycles of the page walk before the next data access. */
    private int walk;

    private boolean walkingData;
    private boolean walkingCode;

    MemorySide(P6Sheet sheet) {
        l1Latency = sheet.of("cache.l1d.latency");
        l2Latency = sheet.of("cache.l2.latency");
        memoryLatency = sheet.of("memory.latency");
        busTransfer = sheet.of("memory.transfer");
        walkCycles = sheet.of("walk.cycles");
        walksAreFree = sheet.isPerfect(Mechanism.TLB);
        hierarchy = sheet.caches();
        loads = new Accesses();
        stores = new Accesses();
    }

    MemorySide(MemorySide other) {
        l1Latency = other.l1Latency;
        l2Latency = other.l2Latency;
        memoryLatency = other.memoryLatency;
        busTransfer = other.busTransfer;
        walkCycles = other.walkCycles;
        walksAreFree = other.walksAreFree;
        hierarchy = new MemoryHierarchy(other.hierarchy);
        loads = new Accesses(other.loads);
        stores = new Accesses(other.stores);
        extra = other.extra;
        fetchStall = other.fetchStall;
        walk = other.walk;
        walkingData = other.walkingData;
        walkingCode = other.walkingCode;
    }

    MemoryHierarchy hierarchy() {
        return hierarchy;
    }

    void fetch(int physical) {
        int level = hierarchy.fetch(physical);
        if (level != MemoryHierarchy.L1) fetchStall += latency(level);
        walkingCode = false;
    }

    void load(int physical, int bytes) {
        int level = hierarchy.read(physical);
        int late = walk;
        if (level == MemoryHierarchy.L2) late += Math.max(0, l2Latency - l1Latency);
        walked();
        if (loads.isFull()) {
            extra += late + (level == MemoryHierarchy.MEMORY ? busTransfer : 0);
            return;
        }
        if (level == MemoryHierarchy.MEMORY) loads.fromMemory |= 1 << loads.count;
        loads.add(physical, bytes, late);
    }

    /** A store is late for the cache by what it costs to bring its line in; a walk before it delays the instruction. */
    void store(int physical, int bytes) {
        int level = hierarchy.write(physical);
        int late = level == MemoryHierarchy.L1 ? 0 : latency(level);
        extra += walk;
        walked();
        if (stores.isFull()) extra += late;
        else stores.add(physical, bytes, late);
    }

    private void walked() {
        walk = 0;
        walkingData = false;
    }

    void walk(int physical, boolean instructionSide, boolean written) {
        if (walksAreFree) return;
        boolean first = instructionSide ? !walkingCode : !walkingData;
        int level = written ? hierarchy.write(physical) : hierarchy.read(physical);
        int cycles = (first ? walkCycles : 0) + (level == MemoryHierarchy.L1 ? 0 : latency(level));
        if (instructionSide) {
            fetchStall += cycles;
            walkingCode = true;
        } else {
            walk += cycles;
            walkingData = true;
        }
    }

    private int latency(int level) {
        return level == MemoryHierarchy.L2 ? l2Latency : memoryLatency;
    }

    /** Misses of an instruction whose accesses are not scheduled one by one: lines stream in behind the first. */
    long missCycles() {
        long first = loads.fromMemory == 0 ? 0 : memoryLatency;
        long behind = (long) busTransfer * Integer.bitCount(loads.fromMemory);
        return first + behind + loads.totalLate() + stores.totalLate() + extra;
    }

    /** The instruction is done. */
    void clear() {
        loads.clear();
        stores.clear();
        extra = 0;
    }
}
