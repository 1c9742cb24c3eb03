package org.sidestep.verify.x2;

/**
 * What a thread has had of the processor, by events that are seen: each time that it gets the processor, and each time that it
 * loses it, may really have been up to a tick later, and a kernel may count whole ticks. In microseconds.
 *
 * @param since from when it is counted, at the earliest
 * @param least what a kernel may have counted at the least
 * @param most what it may have counted at the most
 * @param any whether it has had anything since it got the processor last
 */
record Spent(double since, double least, double most, boolean any) {

    /** Until somebody looks at a timeout, and the unit in which a kernel may count. */
    static final double TICK = 1_000;
    /** A tick is not exactly as long as it should be, and some microseconds of the kernel's own lie between events. */
    static final double EDGE = 60;

    static final Spent NOTHING = new Spent(0, 0, 0, false);

    /** From now on. */
    static Spent from(double now, boolean running) {
        return new Spent(now, running ? -TICK : 0, running ? TICK : -TICK, running);
    }

    /** It gets the processor once more; if it loses it at once, that does not count. */
    Spent dispatched() {
        return any || most < 0 ? new Spent(since, least - TICK, most + 2 * TICK, false) : this;
    }

    Spent and(double more) {
        return more > 0 ? new Spent(since, least + more, most + more, true) : this;
    }

    /** What is known if it is one or the other. */
    Spent or(Spent other) {
        return new Spent(
                Math.min(since, other.since),
                Math.min(least, other.least),
                Math.max(most, other.most),
                any || other.any);
    }

    /** What a kernel may have counted until {@code now}, at the most. */
    double atMost(double now) {
        return most < 0 ? 0 : Math.max(0, Math.min(most, now - since + TICK) + EDGE);
    }

    /** The same at the least. */
    double atLeast() {
        return Math.max(0, least - TICK - EDGE);
    }

    /** When, at the earliest, a thread that has the processor from {@code now} on has had {@code limit}. */
    double earliest(double limit, double now) {
        return Math.max(now, Math.max(now + limit - most, since + limit - TICK) - EDGE);
    }

    /** When, at the latest; it may be over. */
    double latest(double limit, double now) {
        return now + limit - least + EDGE;
    }
}
