package org.sidestep.x2;

/**
 * A typed item that sends a string, and a buffer in the buffer registers that receives one: a descriptor, then pointers to its
 * substrings, all of the same length. Another descriptor of the same string may follow, with substrings of another length.
 */
public final class StringItem {

    private StringItem() {}

    /** Set in the first word of a typed item that is no string. */
    public static final int OTHER_TYPE = 8;

    /** In the first descriptor of a receive buffer: another buffer follows. */
    public static final int MORE = 1;

    /** Another descriptor of the same string follows. */
    public static final int COMPOUND = 1 << 9;

    /** Position of the number of substrings less one. */
    public static final int SUBSTRINGS_SHIFT = 4;
    /** That number, shifted. */
    public static final int SUBSTRINGS = 0x1F;

    /** Position of the length in bytes, which fills the rest of the word. */
    public static final int LENGTH_SHIFT = 10;

    /** In BR0, the acceptor: strings are received, in the buffers from BR1 on. */
    public static final int ACCEPTOR = 1;

    /** The descriptor of a string, or of a buffer, that lies in one place. */
    public static int simple(int length) {
        return of(length, 1);
    }

    /** The descriptor of {@code substrings} substrings of {@code length} bytes each. */
    public static int of(int length, int substrings) {
        return length << LENGTH_SHIFT | substrings - 1 << SUBSTRINGS_SHIFT;
    }
}
