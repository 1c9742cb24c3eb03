package org.sidestep.machine.ia32.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 64-bit hashes of pages such that the hash of memory is the sum over its pages, each mixed with its number; and the step
 * that they are made of. Not for adversaries: who can choose the content can make two contents collide.
 */
public final class PageHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Irregular bits (the first secrets of wyhash); what data would have to equal to be lost in a product. */
    private static final long A = 0xA0761D6478BD642FL;

    private static final long B = 0xE7037ED1A0B428DBL;
    private static final long C = 0x8EBC6AF09C88C6E3L;
    private static final long D = 0x589965CC75374CC3L;

    private static final long ZERO = raw(new byte[Image.PAGE], 0);

    private PageHash() {}

    /** The hash of the page that begins at an index; zero for a page of zeros, and practically for no other. */
    static long of(byte[] bytes, int from) {
        return raw(bytes, from) ^ ZERO;
    }

    /** Two lanes, so that multiplications overlap. */
    private static long raw(byte[] bytes, int from) {
        long a = C;
        long b = D;
        for (int at = from; at < from + Image.PAGE; at += 32) {
            a = product((long) LONG.get(bytes, at) ^ A, (long) LONG.get(bytes, at + 8) ^ a);
            b = product((long) LONG.get(bytes, at + 16) ^ B, (long) LONG.get(bytes, at + 24) ^ b);
        }
        return product(a ^ A, b ^ B);
    }

    /** A hash that continues {@code hash} with another word. */
    public static long mixed(long hash, long word) {
        return product(hash ^ A, word ^ B) ^ Long.rotateLeft(hash, 17);
    }

    /** Both halves of a 128-bit product, folded. */
    private static long product(long x, long y) {
        return x * y ^ Math.multiplyHigh(x, y);
    }

    /** What a page with a hash adds to the hash of memory. */
    static long at(int number, long hash) {
        return hash == 0 ? 0 : product(hash ^ A, number + 1 ^ B);
    }
}
