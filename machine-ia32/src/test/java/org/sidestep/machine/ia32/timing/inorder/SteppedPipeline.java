package org.sidestep.machine.ia32.timing.inorder;

import java.util.List;

/**
 * The Pentium stage by stage and cycle by cycle, from the same tables as {@link InOrderPipeline}: prefetch, first decoding
 * stage (prefixes, pairing), second decoding stage (addresses), execution, write-back. Written to be read; every access
 * hits.
 */
final class SteppedPipeline {

    private static final int NOWHERE = -1;

    /** One instruction of the stream, and where it accesses memory. */
    record Step(Operation operation, int address) {}

    /** What passes the stages together: one instruction, or a pair. */
    private record Bundle(Step u, Step v) {

        int addresses() {
            return u.operation().addresses | (v == null ? 0 : v.operation().addresses);
        }

        int writes() {
            return u.operation().writes | (v == null ? 0 : v.operation().writes);
        }

        int cycles() {
            if (v == null) return u.operation().cycles;
            boolean bothAccess = u.operation().memory && v.operation().memory;
            int conflict = bothAccess && Pairing.sameBank(u.address(), v.address()) ? 1 : 0;
            return Pairing.cycles(u.operation(), v.operation()) + conflict;
        }
    }

    private final List<Step> stream;
    private int prefetched;

    private Bundle decoding;
    private int prefixesLeft = NOWHERE;
    private Bundle addressing;
    private boolean addressKnown;
    private Bundle executing;
    private int cyclesLeft;

    SteppedPipeline(List<Step> stream) {
        this.stream = stream;
    }

    /** Cycles until all of the stream is executed. */
    long run() {
        long cycle = 0;
        while (prefetched < stream.size() || decoding != null || addressing != null || executing != null) {
            advance();
            work();
            cycle++;
        }
        return cycle;
    }

    /** At the edge of the clock each stage whose work is done hands on, the last one first. */
    private void advance() {
        if (executing != null && cyclesLeft == 0) executing = null;
        if (executing == null && addressing != null && addressKnown) {
            executing = addressing;
            cyclesLeft = executing.cycles();
            addressing = null;
        }
        if (addressing == null && decoding != null && prefixesLeft == 0) {
            addressing = decoding;
            addressKnown = false;
            decoding = null;
        }
        if (decoding == null && prefetched < stream.size()) decode();
    }

    private void decode() {
        Step u = stream.get(prefetched++);
        Step next = prefetched < stream.size() ? stream.get(prefetched) : null;
        Step v = next != null && Pairing.allows(u.operation(), next.operation()) ? next : null;
        if (v != null) prefetched++;
        decoding = new Bundle(u, v);
        prefixesLeft = u.operation().prefixes + 1;
    }

    /** During a cycle: a prefix or an opcode is decoded, addresses are formed of registers that nobody is writing. */
    private void work() {
        if (decoding != null && prefixesLeft > 0) prefixesLeft--;
        if (addressing != null) {
            int beingWritten = executing == null ? 0 : executing.writes();
            addressKnown |= (addressing.addresses() & beingWritten) == 0;
        }
        if (executing != null) cyclesLeft--;
    }
}
