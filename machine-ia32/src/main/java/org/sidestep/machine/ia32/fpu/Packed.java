package org.sidestep.machine.ia32.fpu;

import java.util.function.IntBinaryOperator;

/** Arithmetic on the bytes, words or doublewords of a quadword (SDM vol. 1, chapter 9). */
public final class Packed {
    private Packed() {}

    /** Applies an operation lane by lane to sign-extended values; the low bits of its results count. */
    public static long lanes(int bits, long a, long b, IntBinaryOperator operation) {
        long result = 0;
        for (int at = 0; at < 64; at += bits) {
            result |= (operation.applyAsInt(lane(a, bits, at), lane(b, bits, at)) & mask(bits)) << at;
        }
        return result;
    }

    private static int lane(long value, int bits, int at) {
        return (int) (value << 64 - bits - at >> 64 - bits);
    }

    private static long mask(int bits) {
        return (1L << bits) - 1;
    }

    public static int saturate(int value, int least, int most) {
        return Math.max(least, Math.min(most, value));
    }

    public static int signedByte(int value) {
        return saturate(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }

    public static int unsignedByte(int value) {
        return saturate(value, 0, 0xFF);
    }

    public static int signedWord(int value) {
        return saturate(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }

    public static int unsignedWord(int value) {
        return saturate(value, 0, 0xFFFF);
    }

    /** Lanes of {@code a} and {@code b} in turn, from the lower halves. */
    public static long interleaveLow(int bits, long a, long b) {
        long result = 0;
        for (int at = 0; at < 32; at += bits) {
            result |= (a >>> at & mask(bits)) << 2 * at | (b >>> at & mask(bits)) << 2 * at + bits;
        }
        return result;
    }

    public static long interleaveHigh(int bits, long a, long b) {
        return interleaveLow(bits, a >>> 32, b >>> 32);
    }

    /** Narrows the lanes of {@code a}, then of {@code b}. */
    public static long pack(int bits, long a, long b, IntBinaryOperator saturate) {
        long result = 0;
        int half = bits / 2;
        for (int at = 0; at < 64; at += bits) {
            result |= (saturate.applyAsInt(lane(a, bits, at), 0) & mask(half)) << at / 2;
            result |= (saturate.applyAsInt(lane(b, bits, at), 0) & mask(half)) << at / 2 + 32;
        }
        return result;
    }

    public static long multiplyAdd(long a, long b) {
        long low = lane(a, 16, 0) * lane(b, 16, 0) + lane(a, 16, 16) * lane(b, 16, 16);
        long high = lane(a, 16, 32) * lane(b, 16, 32) + lane(a, 16, 48) * lane(b, 16, 48);
        return low & 0xFFFFFFFFL | high << 32;
    }

    /** A shift of each lane; counts beyond its width shift everything out. */
    public static long shiftLeft(int bits, long a, long count) {
        if (Long.compareUnsigned(count, bits) >= 0) return 0;
        if (bits == 64) return a << count;
        return lanes(bits, a, 0, (x, y) -> x << count);
    }

    public static long shiftRight(int bits, long a, long count) {
        if (Long.compareUnsigned(count, bits) >= 0) return 0;
        if (bits == 64) return a >>> count;
        return lanes(bits, a, 0, (x, y) -> (int) ((x & mask(bits)) >>> count));
    }

    public static long shiftRightSigned(int bits, long a, long count) {
        int most = Long.compareUnsigned(count, bits) >= 0 ? bits - 1 : (int) count;
        return lanes(bits, a, 0, (x, y) -> x >> most);
    }

    /** The sum of the differences of unsigned bytes. */
    public static long sumOfDifferences(long a, long b) {
        long sum = 0;
        for (int at = 0; at < 64; at += 8) sum += Math.abs((a >>> at & 0xFF) - (b >>> at & 0xFF));
        return sum;
    }

    /** The words of {@code a} that each two bits of {@code order} name. */
    public static long shuffle(long a, int order) {
        long result = 0;
        for (int i = 0; i < 4; i++) result |= (a >>> 16 * (order >> 2 * i & 3) & 0xFFFF) << 16 * i;
        return result;
    }

    /** Replaces one of the four words. */
    public static long insert(long a, long word, int number) {
        int at = 16 * (number & 3);
        return a & ~(0xFFFFL << at) | word << at;
    }

    /** One of the four words. */
    public static int extract(long a, int number) {
        return (int) (a >>> 16 * (number & 3)) & 0xFFFF;
    }

    /** The signs of the bytes. */
    public static int signs(long a) {
        int signs = 0;
        for (int i = 0; i < 8; i++) signs |= (int) (a >>> 8 * i + 7 & 1) << i;
        return signs;
    }
}
