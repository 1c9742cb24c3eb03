package org.sidestep.x2;

/**
 * Times: 16 bits, a period of m * 2^e microseconds with m in bits 0-9 and e in bits 10-14, or, with bit 15, a point in time.
 * Two of them share a word: the timeouts of an Ipc (send high, receive low), and time control (time slice, total quantum).
 */
public final class Time {

    private Time() {}

    /** No timeout; as a quantum, no limit. */
    public static final int NEVER = 0;
    /** At once or not at all. */
    public static final int ZERO = 1 << 10;

    public static final int MANTISSA = 0x3FF;
    public static final int EXPONENT_SHIFT = 10;
    /** Of a shifted time. */
    public static final int EXPONENT = 0x1F;
    /**
     * Set in a point in time: bits 11-14 are e, and the clock's microseconds from bit e on are {@link #POINT_BITS} there. Of all
     * such moments the nearest is meant.
     */
    public static final int POINT = 0x8000;

    public static final int POINT_EXPONENT_SHIFT = 11;
    /** Of a shifted point. */
    public static final int POINT_EXPONENT = 0xF;

    public static final int POINT_BITS = 0x7FF;

    /** Position of the first of two times in a word. */
    public static final int HIGH_SHIFT = 16;

    /** Timeouts of an Ipc that sends only if the partner is waiting, and receives for ever. */
    public static final int SEND_AT_ONCE = pair(ZERO, NEVER);

    /** Two times in a word: timeouts (send, receive), or time control (time slice, total quantum). */
    public static int pair(int high, int low) {
        return high << HIGH_SHIFT | low;
    }

    /** The largest period that can be expressed and is not longer than {@code microseconds}. */
    public static int period(int microseconds) {
        int exponent = Math.max(0, 22 - Integer.numberOfLeadingZeros(microseconds));
        return exponent << EXPONENT_SHIFT | microseconds >>> exponent;
    }
}
