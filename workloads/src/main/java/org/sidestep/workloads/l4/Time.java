package org.sidestep.workloads.l4;

/** Time periods in the 16-bit form m * 2^e microseconds, and timeouts (X.2 reference manual, section 3.1). */
public final class Time {

    private Time() {}

    /** Timeouts of an Ipc whose phases both wait for ever. */
    public static final int NEVER = 0;

    /** Timeouts of an Ipc that sends only if the partner is waiting, and receives for ever. */
    public static final int SEND_AT_ONCE = 0x0400_0000;

    /** An infinite quantum in the low half of a time control word. */
    public static final int NO_LIMIT = 0;

    /** The largest period that can be expressed and is not longer than {@code microseconds}. */
    public static int period(int microseconds) {
        int exponent = Math.max(0, 22 - Integer.numberOfLeadingZeros(microseconds));
        return exponent << 10 | microseconds >>> exponent;
    }
}
