package org.sidestep.isa;

/** Code bytes in order. The machine's source raises its own fault from {@link #next} when a byte cannot be fetched. */
@FunctionalInterface
public interface ByteSource {

    /** The next code byte, 0..255. */
    int next();

    /** The bytes of an array from {@code start}; beyond its end {@link IndexOutOfBoundsException}. */
    static ByteSource of(byte[] code, int start) {
        int[] at = {start};
        return () -> code[at[0]++] & 0xFF;
    }
}
