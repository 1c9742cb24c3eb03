package org.sidestep.machine.ia32.timing.p6;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A micro-op on its way through {@link SteppedCore}. */
final class MicroOp {

    static final long NEVER = Long.MAX_VALUE / 4;

    /** What an instruction computes: known once all of its micro-ops have begun. */
    static final class Value {
        private final int latency;
        private final List<Value> inputs;
        private int missing;
        private long first = NEVER;
        private long last;
        private long divided;
        private long ready = NEVER;
        /** When the instruction has retired. */
        long retired = NEVER;

        /** A result of several micro-ops. */
        Value(int latency, int microOps) {
            this.latency = latency;
            inputs = List.of();
            missing = microOps;
        }

        /** What is there as soon as its inputs are, or {@code latency} later. */
        Value(int latency, List<Value> inputs) {
            this.latency = latency;
            this.inputs = inputs;
        }

        static Value old() {
            Value value = new Value(0, List.of());
            value.retired = 0;
            return value;
        }

        void begun(long cycle) {
            first = Math.min(first, cycle);
            last = Math.max(last, cycle);
            if (--missing == 0) ready = Math.max((divided > 0 ? divided : first) + latency, last + 1);
        }

        /** The divider has begun: from here the latency counts. */
        void divides(long cycle) {
            divided = cycle;
        }

        void readyAt(long cycle) {
            ready = cycle;
        }

        long ready() {
            if (missing > 0 || ready != NEVER) return ready;
            long latest = 0;
            for (Value input : inputs) latest = Math.max(latest, input.ready());
            return latest >= NEVER ? NEVER : latest + latency;
        }
    }

    /** A store from renaming until it is in the cache. */
    static final class Store {
        final Trace.Access access;
        /** As of its micro-op. */
        final long order;

        long addressKnown = NEVER;
        long dataReady = NEVER;
        long drained = NEVER;

        Store(Trace.Access access, long order) {
            this.access = access;
            this.order = order;
        }
    }

    enum Kind {
        COMPUTE,
        STEP,
        LOAD,
        STORE_ADDRESS,
        STORE_DATA,
        /** Needs no port. */
        OTHER
    }

    final Trace.Step step;
    final Kind kind;
    /** ExecutionPorts that can take it, as a set. */
    final int ports;
    /** Its place in program order. */
    final long order;
    /** Registers that it reads, as places. */
    final Set<Integer> places = new HashSet<>();

    final List<Value> waitsFor = new ArrayList<>();
    Value gives;
    Trace.Access access;
    Store store;
    boolean isFirst;
    boolean isLast;
    int divides;
    /** When the decoders have made it. */
    long decoded;
    /** When it is in the reservation stations and the reorder buffer. */
    long entered = NEVER;

    long complete = NEVER;
    /** When a load looks for its bytes. */
    long found;

    MicroOp(Trace.Step step, Kind kind, int ports, long order) {
        this.order = order;
        this.step = step;
        this.kind = kind;
        this.ports = ports;
    }

    boolean isReady(long cycle) {
        if (entered > cycle) return false;
        for (Value value : waitsFor) if (value.ready() > cycle) return false;
        return true;
    }

    boolean isComplete(long cycle) {
        long done = kind == Kind.COMPUTE || kind == Kind.LOAD ? gives.ready() : complete;
        return Math.max(done, entered + 1) <= cycle;
    }
}
