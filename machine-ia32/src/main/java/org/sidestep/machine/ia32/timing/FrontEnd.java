package org.sidestep.machine.ia32.timing;

/**
 * Fetch, decode, rename and retirement of the P6 core: everything that happens in program order. Fetch delivers 16 aligned
 * bytes a cycle; three decoders take one instruction each, only the first of them one with several micro-ops; three
 * micro-ops a cycle enter the reorder buffer, and three a cycle leave it.
 *
 * <p>Times are those at which a micro-op enters the reorder buffer; the constant depth of the pipeline before and behind
 * that point shows only in the cost of a misprediction. Written without branches where the answer is hard to foresee:
 * this is the inner loop of every simulation.
 */
final class FrontEnd {

    private static final int WIDTH = 3;
    /** Decoded micro-ops wait in a queue of six, two cycles' worth; fetch runs as far ahead. */
    private static final int QUEUE_CYCLES = 2;

    private static final int BLOCK = 16;

    /** No instruction is decoded for as long as this. */
    private static final int LONGEST_DECODE = 1 << 20;

    /** Decoder places are counted by four a cycle, of which the last is never used. */
    private static final int PLACES_SHIFT = 2;

    /** Linear address of the next instruction, as far as branches tell. */
    private int ip;
    /** The end of the last fetch block, and when the block was there. */
    private int blockEnd;

    private long fetched;
    /** The next free decoder place. */
    private long decode;
    /** The next free renaming place, three a cycle. */
    private long rename;
    /** The next free retirement place, three a cycle. */
    private long retirePlace;
    /** When the last micro-op retired. */
    private long retired;

    /** When each of the last micro-ops retired. */
    private final long[] leaves;

    private int micro;

    private final int reorderBuffer;

    FrontEnd(int reorderBuffer) {
        this.reorderBuffer = reorderBuffer;
        leaves = new long[Integer.highestOneBit(reorderBuffer + Template.MOST_MICRO_OPS - 1) << 1];
    }

    FrontEnd(FrontEnd other) {
        ip = other.ip;
        blockEnd = other.blockEnd;
        fetched = other.fetched;
        decode = other.decode;
        rename = other.rename;
        retirePlace = other.retirePlace;
        retired = other.retired;
        leaves = other.leaves.clone();
        micro = other.micro;
        reorderBuffer = other.reorderBuffer;
    }

    /** The cycle at which the first micro-op of the next instruction enters the reorder buffer. */
    long issue(Template template) {
        long arrival = arrive(template);
        long room = leaves[micro + template.microOps - 1 - reorderBuffer & leaves.length - 1];
        long place = Math.max(rename, WIDTH * Math.max(arrival, room));
        long issue = place / WIDTH;
        rename = place + template.microOps;
        decode = Math.max(decode, issue - QUEUE_CYCLES << PLACES_SHIFT);
        return issue;
    }

    /** The cycle at which the next instruction is decoded. */
    private long arrive(Template template) {
        ip += template.length;
        int behind = blockEnd - ip >> 31;
        blockEnd += BLOCK & behind;
        long next = Math.max(fetched, (decode >> PLACES_SHIFT) - QUEUE_CYCLES) + 1;
        fetched += next - fetched & behind;

        long place = Math.max(decode, fetched << PLACES_SHIFT);
        place = place + template.decoderMask & ~template.decoderMask;
        place += place & place >> 1 & 1;
        decode = place + template.decoderPlaces;
        return place >> PLACES_SHIFT;
    }

    /** The instruction that entered last is complete at {@code done}; returns when its last micro-op retires. */
    long retire(int microOps, long done) {
        long place = Math.max(retirePlace, WIDTH * done) + microOps;
        long cycle = (place - 1) / WIDTH;
        retirePlace = place;
        retired = cycle;
        // Most have four micro-ops at most; what is entered in excess will be overwritten by those that follow.
        long[] ring = leaves;
        int first = micro;
        int mask = ring.length - 1;
        ring[first & mask] = cycle;
        ring[first + 1 & mask] = cycle;
        ring[first + 2 & mask] = cycle;
        ring[first + 3 & mask] = cycle;
        for (int i = 4; i < microOps; i++) ring[first + i & mask] = cycle;
        micro = first + microOps;
        return cycle;
    }

    /** Nothing more enters the reorder buffer before {@code cycle}. */
    void stallUntil(long cycle) {
        rename = Math.max(rename, WIDTH * cycle);
    }

    /** Fetch waits for a line or a page table. */
    void fetchStall(int cycles) {
        fetched = Math.max(fetched, decode >> PLACES_SHIFT) + cycles;
        decode = fetched << PLACES_SHIFT;
    }

    /** A predicted branch ends the fetch block and the decode group, and costs {@code bubble} fetch cycles. */
    void taken(int target, int bubble) {
        fetchFrom(target, (decode - 1 >> PLACES_SHIFT) + 1 + bubble);
    }

    /** The right path enters the reorder buffer at {@code cycle}. */
    void redirect(int target, long cycle) {
        fetchFrom(target, Math.max(decode >> PLACES_SHIFT, cycle));
    }

    private void fetchFrom(int target, long cycle) {
        ip = target;
        blockEnd = (target & -BLOCK) + BLOCK;
        fetched = cycle;
        decode = cycle << PLACES_SHIFT;
    }

    /** Everything before is complete, and {@code cycles} later everything behind begins. */
    void drain(long cycles) {
        idleUntil(retired + cycles);
    }

    /** Nothing happens until {@code cycle}. */
    void idleUntil(long cycle) {
        if (cycle > retired) {
            retired = cycle;
            retirePlace = WIDTH * cycle;
        }
        fetched = Math.max(fetched, cycle);
        decode = Math.max(decode, cycle << PLACES_SHIFT);
        rename = Math.max(rename, WIDTH * cycle);
    }

    long cycles() {
        return retired;
    }

    /** The cycle before which no micro-op can enter the reorder buffer. */
    long floor() {
        return rename / WIDTH;
    }

    void exchange(StateVector state) {
        long floor = state.floor();
        rename = state.place(rename, WIDTH, floor);
        decode = state.place(decode, 1 << PLACES_SHIFT, floor - LONGEST_DECODE);
        fetched = state.time(fetched, (decode >> PLACES_SHIFT) - QUEUE_CYCLES);
        blockEnd = ip + state.value(blockEnd - ip);
        retirePlace = state.place(retirePlace, WIDTH, floor);
        retired = floor + state.value((int) (retired - floor));
        for (int i = 1; i <= reorderBuffer; i++) {
            int place = micro - i & leaves.length - 1;
            leaves[place] = state.time(leaves[place]);
        }
    }
}
