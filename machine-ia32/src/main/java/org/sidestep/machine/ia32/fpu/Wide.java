package org.sidestep.machine.ia32.fpu;

/** Integers of two words. */
final class Wide {
    private Wide() {}

    /** The upper word of an unsigned product. */
    static long multiplyHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }

    /** The lower word of {@code high.low >>> shift}; its last bit stands for all that are shifted out. */
    static long shiftRightLow(long high, long low, int shift) {
        if (shift == 0) return low;
        if (shift < 64) return high << 64 - shift | low >>> shift | sticky(low << 64 - shift);
        if (shift == 64) return high | sticky(low);
        if (shift < 128) return high >>> shift - 64 | sticky(high << 128 - shift | low);
        return sticky(high | low);
    }

    static long sticky(long lost) {
        return lost == 0 ? 0 : 1;
    }

    /** The quotient of {@code high.low} and a divisor with bit 63 set, greater than {@code high} (all unsigned). */
    static long divide(long high, long low, long divisor) {
        long top = divisor >>> 32;
        long bottom = divisor & 0xFFFFFFFFL;
        long first = digit(high, low >>> 32, top, bottom);
        long rest = (high << 32 | low >>> 32) - first * divisor;
        long second = digit(rest, low & 0xFFFFFFFFL, top, bottom);
        return first << 32 | second;
    }

    /** One digit of 32 bits of the quotient (Knuth, The Art of Computer Programming, vol. 2, algorithm D). */
    private static long digit(long dividend, long next, long top, long bottom) {
        long digit = Long.divideUnsigned(dividend, top);
        long rest = dividend - digit * top;
        while (digit >>> 32 != 0 || Long.compareUnsigned(digit * bottom, rest << 32 | next) > 0) {
            digit--;
            rest += top;
            if (rest >>> 32 != 0) break;
        }
        return digit;
    }

    /** The integer square root of {@code high.low}, whose first or second bit is set. */
    static long squareRoot(long high, long low) {
        long root = 0;
        long restHigh = 0;
        long rest = 0;
        for (int bit = 126; bit >= 0; bit -= 2) {
            long two = (bit >= 64 ? high >>> bit - 64 : low >>> bit) & 3;
            restHigh = restHigh << 2 | rest >>> 62;
            rest = rest << 2 | two;
            long trialHigh = root >>> 62;
            long trial = root << 2 | 1;
            root <<= 1;
            if (restHigh > trialHigh || restHigh == trialHigh && Long.compareUnsigned(rest, trial) >= 0) {
                restHigh -= trialHigh + (Long.compareUnsigned(rest, trial) < 0 ? 1 : 0);
                rest -= trial;
                root |= 1;
            }
        }
        return root;
    }
}
