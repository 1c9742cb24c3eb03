package org.sidestep.machine.ia32.timing.inorder;

/**
 * How a processor that executes in program order is built.
 *
 * @param pairs whether there is a second pipe
 * @param predicts whether there is a branch target buffer; without one each taken branch costs the same
 * @param unified whether instructions and data share the first-level cache
 * @param writeThrough whether each store goes to the bus, not only one that misses the cache
 * @param lineShift log2 of the bytes in a line
 */
record Design(Clocks clocks, boolean pairs, boolean predicts, boolean unified, boolean writeThrough, int lineShift) {

    /** What the parameters of the first-level cache for instructions begin with. */
    String codeCache() {
        return unified ? "cache.l1" : "cache.l1i";
    }

    String dataCache() {
        return unified ? "cache.l1" : "cache.l1d";
    }
}
