package org.sidestep.machine.ia32.timing.p6;

import org.sidestep.machine.StateTape;
import org.sidestep.machine.ia32.timing.memo.StateVector;

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
    /** Decoded micro-ops wait in a queue of six, two cycles' worth. */
    private static final int QUEUE_CYCLES = 2;

    private static final int BLOCK = 16;

    /** Cycles of a miss that decoding of the block before can hide. */
    private static final int MOST_AHEAD = 32;

    /** No instruction is decoded for as long as this. */
    private static final int LONGEST_DECODE = 1 << 20;

    /** Decoder places are counted by four a cycle, of which the last is never used. */
    private static final int PLACES_SHIFT = 2;

    /** Linear address of the next instruction, as far as branches tell. */
    private int ip;
    /** The end of the last fetch block, and when the block was there. */
    private int blockEnd;

    private long fetched;
    /** When decoding of that block began: fetch is one block ahead. */
    private long begun;
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

    /** The cycle in which the last micro-op was renamed, and the retired registers read in it, as a set. */
    private long group;

    private int groupReads;

    /** The end of the last fetch block whose instructions had to be measured slowly. */
    private int slowBlock;

    private final int reorderBuffer;
    private final int readPorts;
    private final int lengthChange;

    FrontEnd(P6Sheet sheet) {
        reorderBuffer = sheet.of("rob.entries");
        readPorts = sheet.of("rat.read-ports");
        lengthChange = sheet.of("length-change.cycles");
        leaves = new long[Integer.highestOneBit(reorderBuffer + Template.MOST_ENTRIES - 1) << 1];
    }

    void keep(StateTape tape) {
        ip = tape.integer(ip);
        blockEnd = tape.integer(blockEnd);
        fetched = tape.number(fetched);
        begun = tape.number(begun);
        decode = tape.number(decode);
        rename = tape.number(rename);
        retirePlace = tape.number(retirePlace);
        retired = tape.number(retired);
        tape.array(leaves);
        micro = tape.integer(micro);
        group = tape.number(group);
        groupReads = tape.integer(groupReads);
        slowBlock = tape.integer(slowBlock);
    }

    /** The cycle at which the first micro-op of the next instruction enters the reorder buffer. */
    long issue(Template template) {
        long arrival = arrive(template);
        long room = leaves[micro + template.entries - 1 - reorderBuffer & leaves.length - 1];
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
        fetched += Math.max(fetched, begun) + 1 - fetched & behind;
        begun += (decode >> PLACES_SHIFT) - begun & behind;
        if (template.prefixes != 0) measure(template, behind != 0);

        long place = Math.max(decode, fetched << PLACES_SHIFT);
        place = place + template.decoderMask & ~template.decoderMask;
        place += place & place >> 1 & 1;
        decode = place + template.decoderPlaces;
        return place >> PLACES_SHIFT;
    }

    /**
     * An operand-size prefix may change the length of what follows. Where it does, and where it is the last byte of its
     * block so that nobody knows yet, the block is measured again.
     */
    private void measure(Template template, boolean newBlock) {
        int opcode = ip - template.length + template.prefixes;
        boolean unknown = newBlock && opcode - (blockEnd - BLOCK) >= 0 && ip - template.length != blockEnd - BLOCK;
        if (!template.changesLength && !unknown || slowBlock == blockEnd) return;
        slowBlock = blockEnd;
        fetched += lengthChange;
    }

    /**
     * The instruction that is renamed at {@code issue} reads {@code registers}, a set, from the file of retired values.
     * Micro-ops that are renamed together wait for each other's reads.
     *
     * @return when the instruction is renamed
     */
    long read(long issue, int registers) {
        int before = issue == group ? groupReads : 0;
        int after = before | registers;
        int wait = cycles(after) - cycles(before);
        group = issue + wait;
        groupReads = after;
        rename += WIDTH * (long) wait;
        return group;
    }

    /** Cycles for which the ports are busy beyond the first. */
    private int cycles(int registers) {
        return Math.max(0, Integer.bitCount(registers) - 1) / readPorts;
    }

    /** The instruction that entered last is complete at {@code done}; returns when its last micro-op retires. */
    long retire(Template template, long done) {
        long place = Math.max(retirePlace, WIDTH * done) + template.microOps;
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
        for (int i = 4; i < template.entries; i++) ring[first + i & mask] = cycle;
        micro = first + template.entries;
        return cycle;
    }

    /** Nothing enters the reorder buffer for {@code cycles}. */
    void stall(int cycles) {
        rename += WIDTH * (long) cycles;
    }

    /** Nothing is decoded for {@code cycles}; what has been decoded goes on. */
    void holdDecoding(int cycles) {
        decode += (long) cycles << PLACES_SHIFT;
    }

    /** Nothing more enters the reorder buffer before {@code cycle}. */
    void stallUntil(long cycle) {
        rename = Math.max(rename, WIDTH * cycle);
    }

    /** Fetch, which is one block ahead of decoding, waits for a line or a page table. */
    void fetchStall(int cycles) {
        long ahead = Math.max(begun, (decode >> PLACES_SHIFT) - MOST_AHEAD);
        fetched = Math.max(fetched, ahead) + cycles;
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
        slowBlock = target & -BLOCK;
        fetched = cycle;
        begun = cycle;
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
        long relevant = (decode >> PLACES_SHIFT) - MOST_AHEAD - lengthChange;
        fetched = state.time(fetched, relevant);
        begun = state.time(begun, relevant);
        blockEnd = ip + state.value(blockEnd - ip);
        slowBlock = blockEnd - state.value(blockEnd == slowBlock ? 0 : 1);
        groupReads = state.value(group == floor ? groupReads : 0);
        group = floor;
        retirePlace = state.place(retirePlace, WIDTH, floor);
        retired = floor + state.value((int) (retired - floor));
        for (int i = 1; i <= reorderBuffer; i++) {
            int place = micro - i & leaves.length - 1;
            leaves[place] = state.time(leaves[place]);
        }
    }
}
