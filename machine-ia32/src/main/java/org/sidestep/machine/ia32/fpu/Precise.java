package org.sidestep.machine.ia32.fpu;

/**
 * A real of 128 bits of significand and ample exponent, for intermediate results of functions. Operations truncate; some
 * thirty of them in a row leave more than 120 good bits, against 64 in a result.
 *
 * @param exponent of the value, not biased
 * @param high significand, bit 63 set; zero only if the number is zero
 */
record Precise(boolean negative, int exponent, long high, long low) {
    private static final int VANISHING = 132;

    static final Precise ZERO = new Precise(false, 0, 0, 0);
    static final Precise ONE = new Precise(false, 0, Long.MIN_VALUE, 0);

    static Precise of(Float80 a) {
        if (a.isZero()) return ZERO;
        return new Precise(a.isNegative(), a.normalExponent() - Float80.BIAS, a.normalSignificand(), 0);
    }

    boolean isZero() {
        return high == 0;
    }

    Precise negated() {
        return new Precise(!negative, exponent, high, low);
    }

    Precise absolute() {
        return new Precise(false, exponent, high, low);
    }

    Precise times2(int power) {
        return new Precise(negative, exponent + power, high, low);
    }

    /** Whether adding this to {@code sum} changes nothing. */
    boolean vanishesIn(Precise sum) {
        return isZero() || exponent < sum.exponent - VANISHING;
    }

    Precise plus(Precise other) {
        if (other.isZero()) return this;
        if (isZero()) return other;
        if (compareMagnitude(other) < 0) return other.plus(this);
        int shift = exponent - other.exponent;
        if (shift >= 128) return this;
        long alignedHigh = shift < 64 ? other.high >>> shift : 0;
        long alignedLow = Wide.shiftRightLow(other.high, other.low, shift);
        return negative == other.negative ? sum(alignedHigh, alignedLow) : difference(alignedHigh, alignedLow);
    }

    Precise minus(Precise other) {
        return plus(other.negated());
    }

    private Precise sum(long otherHigh, long otherLow) {
        long sumLow = low + otherLow;
        long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
        long sumHigh = high + otherHigh + carry;
        boolean overflow = Long.compareUnsigned(sumHigh, high) < 0 || carry == 1 && otherHigh == -1L;
        if (!overflow) return new Precise(negative, exponent, sumHigh, sumLow);
        return new Precise(negative, exponent + 1, sumHigh >>> 1 | Long.MIN_VALUE, sumHigh << 63 | sumLow >>> 1);
    }

    private Precise difference(long otherHigh, long otherLow) {
        long borrow = Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0;
        return normalized(negative, exponent, high - otherHigh - borrow, low - otherLow);
    }

    /** {@code high.low} with leading zeros, bit 63 of {@code high} worth 2^exponent. */
    static Precise normalized(boolean negative, int exponent, long high, long low) {
        if (high == 0 && low == 0) return ZERO;
        if (high == 0) return normalized(negative, exponent - 64, low, 0);
        int zeros = Long.numberOfLeadingZeros(high);
        if (zeros == 0) return new Precise(negative, exponent, high, low);
        return new Precise(negative, exponent - zeros, high << zeros | low >>> 64 - zeros, low << zeros);
    }

    int compareMagnitude(Precise other) {
        if (exponent != other.exponent) return Integer.compare(exponent, other.exponent);
        int highs = Long.compareUnsigned(high, other.high);
        return highs != 0 ? highs : Long.compareUnsigned(low, other.low);
    }

    Precise times(Precise other) {
        if (isZero() || other.isZero()) return ZERO;
        long productHigh = Wide.multiplyHigh(high, other.high);
        long productLow = high * other.high;
        for (long cross : new long[] {Wide.multiplyHigh(high, other.low), Wide.multiplyHigh(low, other.high)}) {
            productLow += cross;
            if (Long.compareUnsigned(productLow, cross) < 0) productHigh++;
        }
        return normalized(negative != other.negative, exponent + other.exponent + 1, productHigh, productLow);
    }

    Precise dividedBy(int small) {
        if (isZero()) return ZERO;
        int shift = Integer.numberOfLeadingZeros(small) + 32;
        long divisor = (long) small << shift;
        boolean less = Long.compareUnsigned(high, divisor) < 0;
        long top = less ? high : high >>> 1;
        long next = less ? low : high << 63 | low >>> 1;
        long first = Wide.divide(top, next, divisor);
        long second = Wide.divide(next - first * divisor, 0, divisor);
        return normalized(negative, exponent - (63 - shift) - (less ? 1 : 0), first, second);
    }

    /** The quotient, bit by bit. */
    Precise dividedBy(Precise other) {
        if (isZero()) return ZERO;
        long restHigh = high >>> 1;
        long rest = high << 63 | low >>> 1;
        long divisorHigh = other.high >>> 1;
        long divisor = other.high << 63 | other.low >>> 1;
        long quotientHigh = 0;
        long quotient = 0;
        for (int i = 0; i < 128; i++) {
            quotientHigh = quotientHigh << 1 | quotient >>> 63;
            quotient <<= 1;
            int order = Long.compareUnsigned(restHigh, divisorHigh);
            if (order > 0 || order == 0 && Long.compareUnsigned(rest, divisor) >= 0) {
                restHigh -= divisorHigh + (Long.compareUnsigned(rest, divisor) < 0 ? 1 : 0);
                rest -= divisor;
                quotient |= 1;
            }
            restHigh = restHigh << 1 | rest >>> 63;
            rest <<= 1;
        }
        return normalized(negative != other.negative, exponent - other.exponent, quotientHigh, quotient);
    }
}
