package org.sidestep.machine;

/** Event counts since reset. */
public record Counters(
        long tlbMisses,
        long l1Misses,
        long l2Misses,
        long mispredictions,
        long cr3Loads,
        long interrupts,
        long faults) {

    public Counters minus(Counters earlier) {
        return new Counters(
                tlbMisses - earlier.tlbMisses,
                l1Misses - earlier.l1Misses,
                l2Misses - earlier.l2Misses,
                mispredictions - earlier.mispredictions,
                cr3Loads - earlier.cr3Loads,
                interrupts - earlier.interrupts,
                faults - earlier.faults);
    }
}
