package org.sidestep.machine.ia32.timing;

import java.util.Arrays;

/**
 * Fetch, decode, rename and retirement of the P6 core: everything that happens in program order. Fetch delivers 16 aligned
 * bytes a cycle; three decoders take one instruction each, only the first of them one with several micro-ops; three
 * micro-ops a cycle enter the reorder buffer of 40, and three a cycle leave it.
 *
 * <p>Times are those at which a micro-op enters the reorder buffer; the constant depth of the pipeline before and behind
 * that point shows only in the cost of a misprediction.
 */
final class FrontEnd {

    private static final int WIDTH = 3;
    private static final int REORDER_BUFFER = 40;
    private static final int RING = 64;
    /** Decoded micro-ops wait in a queue of six, two cycles' worth. */
    private static final int QUEUE_CYCLES = 2;

    private static final int BLOCK = 16;

    /** Linear address of the next instruction, as far as branches tell. */
    private int ip;
    /** The end of the last fetch block, and when the block was there. */
    private int blockEnd;

    private long fetched;
    /** The current decode cycle, and how many instructions it has taken. */
    private long decode;
    private int decoded;
    /** The current rename cycle, and how many micro-ops it has taken. */
    private long rename;
    private int renamed;
    /** The current retirement cycle, and how many micro-ops it has taken. */
    private long retire;
    private int retired;

    /** When each of the last micro-ops retired. */
    private final long[] leaves;
    private int micro;

    FrontEnd() {
        leaves = new long[RING];
    }

    FrontEnd(FrontEnd other) {
        ip = other.ip;
        blockEnd = other.blockEnd;
        fetched = other.fetched;
        decode = other.decode;
        decoded = other.decoded;
        rename = other.rename;
        renamed = other.renamed;
        retire = other.retire;
        retired = other.retired;
        leaves = other.leaves.clone();
        micro = other.micro;
    }

    /** The cycle at which the first micro-op of the next instruction enters the reorder buffer. */
    long issue(Template template) {
        fetch(template.length);
        long arrival = decode(template);
        long room = leaves[micro + template.microOps - 1 - REORDER_BUFFER & RING - 1];
        long earliest = Math.max(arrival, room);
        if (earliest > rename) {
            rename = earliest;
            renamed = 0;
        }
        long issue = rename;
        renamed += template.microOps;
        while (renamed >= WIDTH) {
            renamed -= WIDTH;
            rename++;
        }
        if (decode < rename - QUEUE_CYCLES) {
            decode = rename - QUEUE_CYCLES;
            decoded = 0;
        }
        return issue;
    }

    private void fetch(int length) {
        ip += length;
        if (ip - blockEnd <= 0) return;
        blockEnd += BLOCK;
        // How far fetch runs ahead of decoding is limited by the prefetch buffers.
        fetched = Math.max(fetched, decode - QUEUE_CYCLES) + 1;
        if (fetched > decode) {
            decode = fetched;
            decoded = 0;
        }
    }

    private long decode(Template template) {
        if (decoded == WIDTH || decoded != 0 && template.needsFirstDecoder) {
            decode++;
            decoded = 0;
        }
        decoded++;
        long arrival = decode;
        if (template.decodeCycles > 1) {
            decode += template.decodeCycles;
            decoded = 0;
        }
        return arrival;
    }

    /** The instruction that entered last is complete at {@code done}; returns when its last micro-op retires. */
    long retire(int microOps, long done) {
        if (done > retire) {
            retire = done;
            retired = 0;
        }
        retired += microOps;
        while (retired > WIDTH) {
            retired -= WIDTH;
            retire++;
        }
        for (int i = 0; i < microOps; i++) leaves[micro + i & RING - 1] = retire;
        micro += microOps;
        return retire;
    }

    /** Nothing more enters the reorder buffer before {@code cycle}. */
    void stallUntil(long cycle) {
        if (cycle <= rename) return;
        rename = cycle;
        renamed = 0;
    }

    /** Fetch waits for a line or a page table. */
    void fetchStall(int cycles) {
        fetched = Math.max(fetched, decode) + cycles;
        decode = fetched;
        decoded = 0;
    }

    /** A predicted branch ends the fetch block and the decode group, and costs {@code bubble} fetch cycles. */
    void taken(int target, int bubble) {
        fetchFrom(target, decode + 1 + bubble);
    }

    /** The right path enters the reorder buffer at {@code cycle}. */
    void redirect(int target, long cycle) {
        fetchFrom(target, Math.max(decode, cycle));
    }

    private void fetchFrom(int target, long cycle) {
        ip = target;
        blockEnd = (target & -BLOCK) + BLOCK;
        fetched = cycle;
        decode = cycle;
        decoded = 0;
    }

    /** Everything before is complete, and {@code cycles} later everything behind begins. */
    void drain(long cycles) {
        idleUntil(retire + cycles);
    }

    /** Nothing happens until {@code cycle}. */
    void idleUntil(long cycle) {
        if (cycle <= retire) return;
        retire = cycle;
        retired = 0;
        decode = cycle;
        decoded = 0;
        rename = cycle;
        renamed = 0;
        fetched = cycle;
        Arrays.fill(leaves, cycle);
    }

    long cycles() {
        return retire;
    }
}
