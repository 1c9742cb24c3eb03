package org.sidestep.verify.x2;

/**
 * X.2 reference manual, "Schedule": what a thread may have of the processor, in microseconds, and what it has had of that.
 *
 * @param slice its time slice
 * @param ofSlice what it has had of it; null while others' slices have been lent to it, or its own to others
 * @param quantum its total quantum
 * @param ofQuantum what it has had of it; null if it has no end
 */
record Share(double slice, Spent ofSlice, double quantum, Spent ofQuantum) {

    /** Of a new thread. */
    static final double DEFAULT_SLICE = 10_000;

    static final Share FIRST = new Share(DEFAULT_SLICE, null, Actor.NEVER, null);

    /** What Schedule gives a thread. */
    static Share of(double slice, double quantum, double now, boolean running) {
        Spent nothing = Spent.from(now, running);
        return new Share(slice, running ? null : nothing, quantum, quantum == Actor.NEVER ? null : nothing);
    }

    Share dispatched() {
        return new Share(
                slice,
                ofSlice == null ? null : ofSlice.dispatched(),
                quantum,
                ofQuantum == null ? null : ofQuantum.dispatched());
    }

    Share and(double more) {
        return new Share(
                slice,
                ofSlice == null ? null : ofSlice.and(more),
                quantum,
                ofQuantum == null ? null : ofQuantum.and(more));
    }

    /** The same with nothing had of it, for a comparison of the rest. */
    Share untouched() {
        return new Share(
                slice, ofSlice == null ? null : Spent.NOTHING, quantum, ofQuantum == null ? null : Spent.NOTHING);
    }

    /** What is known if it is one or the other, which are alike untouched. */
    Share or(Share other) {
        return new Share(
                slice,
                ofSlice == null ? null : ofSlice.or(other.ofSlice),
                quantum,
                ofQuantum == null ? null : ofQuantum.or(other.ofQuantum));
    }

    /** Somebody else's slice is lent to it. */
    Share lent() {
        return new Share(slice, null, quantum, ofQuantum);
    }

    /** Its next slice begins. */
    Share anotherSlice(double now) {
        return new Share(slice, ofSlice == null ? null : Spent.from(now, false), quantum, ofQuantum);
    }

    /** Its next quantum begins. */
    Share anotherQuantum(double now) {
        return new Share(slice, ofSlice, quantum, Spent.from(now, false));
    }
}
