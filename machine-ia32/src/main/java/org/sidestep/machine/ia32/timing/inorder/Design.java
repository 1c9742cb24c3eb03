package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.ia32.timing.Cache;

/**
 * How a processor that executes in program order is built.
 *
 * @param pairs whether there is a second pipe
 * @param predicts whether there is a branch target buffer; without one each taken branch costs the same
 * @param unified whether instructions and data share the first-level cache
 * @param writeThrough whether each store goes to the bus, not only one that misses the cache
 * @param writeBuffers stores that wait for the bus while execution goes on
 * @param lineShift log2 of the bytes in a line
 * @param kilobytes size of a first-level cache, {@code ways} its associativity
 * @param boardKilobytes size of the second-level cache on the board, direct-mapped
 */
record Design(
        Sheet sheet,
        boolean pairs,
        boolean predicts,
        boolean unified,
        boolean writeThrough,
        int writeBuffers,
        int lineShift,
        int kilobytes,
        int ways,
        int boardKilobytes) {

    Cache firstLevel() {
        return new Cache(kilobytes * 1024, ways, lineShift);
    }

    Cache secondLevel() {
        return new Cache(boardKilobytes * 1024, 1, lineShift);
    }
}
