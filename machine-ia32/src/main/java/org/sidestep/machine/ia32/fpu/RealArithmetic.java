package org.sidestep.machine.ia32.fpu;

/** The basic operations on extended reals, rounded to a format (SDM vol. 1, chapters 4 and 8). */
final class RealArithmetic {
    private RealArithmetic() {}

    static Float80 add(Rounding r, Format format, Float80 a, Float80 b) {
        if (Rounding.isSpecial(a, b)) return r.nan(a, b);
        return sum(r, format, a, b);
    }

    static Float80 subtract(Rounding r, Format format, Float80 a, Float80 b) {
        if (Rounding.isSpecial(a, b)) return r.nan(a, b);
        return sum(r, format, a, b.negated());
    }

    private static Float80 sum(Rounding r, Format format, Float80 a, Float80 b) {
        boolean opposite = a.isNegative() != b.isNegative();
        if (a.isInfinite() && b.isInfinite() && opposite) return r.invalid();
        r.checkDenormal(a, b);
        if (r.isStopped()) return a;
        if (a.isInfinite()) return a;
        if (b.isInfinite()) return b;
        if (a.isZero() && b.isZero()) return Float80.zero(opposite ? r.mode() == Rounding.DOWN : a.isNegative());
        if (a.isZero()) return round(r, format, b);
        if (b.isZero()) return round(r, format, a);
        boolean swap = a.normalExponent() < b.normalExponent()
                || a.normalExponent() == b.normalExponent()
                        && Long.compareUnsigned(a.normalSignificand(), b.normalSignificand()) < 0;
        Float80 large = swap ? b : a;
        Float80 small = swap ? a : b;
        return opposite ? difference(r, format, large, small) : total(r, format, large, small);
    }

    private static Float80 total(Rounding r, Format format, Float80 large, Float80 small) {
        int shift = large.normalExponent() - small.normalExponent();
        long aligned = shift < 64 ? small.normalSignificand() >>> shift : 0;
        long low = Wide.shiftRightLow(small.normalSignificand(), 0, shift);
        long high = large.normalSignificand() + aligned;
        int exponent = large.normalExponent();
        if (Long.compareUnsigned(high, aligned) < 0) {
            low = Wide.shiftRightLow(high, low, 1);
            high = high >>> 1 | Float80.INTEGER_BIT;
            exponent++;
        }
        return r.round(format, large.isNegative(), exponent, high, low);
    }

    private static Float80 difference(Rounding r, Format format, Float80 large, Float80 small) {
        int shift = large.normalExponent() - small.normalExponent();
        long aligned = shift < 64 ? small.normalSignificand() >>> shift : 0;
        long borrowed = Wide.shiftRightLow(small.normalSignificand(), 0, shift);
        long high = large.normalSignificand() - aligned - (borrowed != 0 ? 1 : 0);
        long low = -borrowed;
        if (high == 0 && low == 0) return Float80.zero(r.mode() == Rounding.DOWN);
        return normalize(r, format, large.isNegative(), large.normalExponent(), high, low);
    }

    /** Rounds {@code high.low} with leading zeros. */
    private static Float80 normalize(Rounding r, Format format, boolean negative, int exponent, long high, long low) {
        int zeros = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
        long top = zeros >= 64 ? low << zeros - 64 : zeros == 0 ? high : high << zeros | low >>> 64 - zeros;
        long bottom = zeros >= 64 ? 0 : low << zeros;
        return r.round(format, negative, exponent - zeros, top, bottom);
    }

    /** A finite number in the precision of a format. */
    static Float80 round(Rounding r, Format format, Float80 a) {
        return r.round(format, a.isNegative(), a.normalExponent(), a.normalSignificand(), 0);
    }

    static Float80 multiply(Rounding r, Format format, Float80 a, Float80 b) {
        if (Rounding.isSpecial(a, b)) return r.nan(a, b);
        boolean negative = a.isNegative() != b.isNegative();
        if (a.isInfinite() && b.isZero() || a.isZero() && b.isInfinite()) return r.invalid();
        r.checkDenormal(a, b);
        if (r.isStopped()) return a;
        if (a.isInfinite() || b.isInfinite()) return Float80.infinity(negative);
        if (a.isZero() || b.isZero()) return Float80.zero(negative);
        long high = Wide.multiplyHigh(a.normalSignificand(), b.normalSignificand());
        long low = a.normalSignificand() * b.normalSignificand();
        int exponent = a.normalExponent() + b.normalExponent() - Float80.BIAS + 1;
        return normalize(r, format, negative, exponent, high, low);
    }

    static Float80 divide(Rounding r, Format format, Float80 a, Float80 b) {
        r.met(Effort.ofDivision(a, b));
        if (Rounding.isSpecial(a, b)) return r.nan(a, b);
        boolean negative = a.isNegative() != b.isNegative();
        if (a.isInfinite() && b.isInfinite() || a.isZero() && b.isZero()) return r.invalid();
        if (b.isZero() && !a.isInfinite()) {
            r.raise(Rounding.ZERO_DIVIDE);
            return Float80.infinity(negative);
        }
        r.checkDenormal(a, b);
        if (r.isStopped()) return a;
        if (a.isInfinite()) return Float80.infinity(negative);
        if (b.isInfinite() || a.isZero()) return Float80.zero(negative);
        long dividend = a.normalSignificand();
        long divisor = b.normalSignificand();
        int exponent = a.normalExponent() - b.normalExponent() + Float80.BIAS;
        boolean less = Long.compareUnsigned(dividend, divisor) < 0;
        long high = less ? dividend : dividend >>> 1;
        long low = less ? 0 : dividend << 63;
        long quotient = Wide.divide(high, low, divisor);
        long rest = low - quotient * divisor;
        long more = Wide.divide(rest, 0, divisor);
        long sticky = Wide.sticky(-more * divisor);
        return r.round(format, negative, less ? exponent - 1 : exponent, quotient, more | sticky);
    }

    static Float80 squareRoot(Rounding r, Format format, Float80 a) {
        r.met(Effort.ofRoot(a));
        if (a.isUnsupported() || a.isNan()) return r.nan(a, a);
        if (a.isZero()) return a;
        if (a.isNegative()) return r.invalid();
        if (a.isInfinite()) return a;
        r.checkDenormal(a, a);
        if (r.isStopped()) return a;
        int exponent = a.normalExponent() - Float80.BIAS;
        boolean odd = (exponent & 1) != 0;
        long radicand = a.normalSignificand();
        long high = odd ? radicand : radicand >>> 1;
        long low = odd ? 0 : radicand << 63;
        long root = Wide.squareRoot(high, low);
        long square = Wide.multiplyHigh(root, root);
        long restLow = low - root * root;
        long restHigh = high - square - (Long.compareUnsigned(low, root * root) < 0 ? 1 : 0);
        // The rest is at most twice the root: above the root, the next bit of the root is a one.
        boolean above = restHigh != 0 || Long.compareUnsigned(restLow, root) > 0;
        long next = above ? Long.MIN_VALUE : 0;
        return r.round(format, false, (exponent >> 1) + Float80.BIAS, root, next | Wide.sticky(restHigh | restLow));
    }

    /** Outcomes of a comparison. */
    enum Order {
        GREATER,
        LESS,
        EQUAL,
        UNORDERED
    }

    /** @param quiet whether only a signaling NaN is invalid, or any NaN */
    static Order compare(Rounding r, Float80 a, Float80 b, boolean quiet) {
        if (Rounding.isSpecial(a, b)) {
            boolean signaling = a.isSignaling() || b.isSignaling() || a.isUnsupported() || b.isUnsupported();
            if (signaling || !quiet) r.raise(Rounding.INVALID);
            return Order.UNORDERED;
        }
        r.checkDenormal(a, b);
        if (a.isZero() && b.isZero()) return Order.EQUAL;
        if (a.isNegative() != b.isNegative()) return a.isNegative() ? Order.LESS : Order.GREATER;
        int exponents = Integer.compare(magnitudeExponent(a), magnitudeExponent(b));
        int order = exponents != 0 ? exponents : Long.compareUnsigned(a.significand(), b.significand());
        if (order == 0) return Order.EQUAL;
        return order < 0 != a.isNegative() ? Order.LESS : Order.GREATER;
    }

    /** Denormals have the exponent of the smallest normal numbers. */
    private static int magnitudeExponent(Float80 a) {
        return Math.max(1, a.exponent());
    }

    static Float80 toInteger(Rounding r, Float80 a) {
        if (a.isUnsupported() || a.isNan()) return r.nan(a, a);
        if (a.isZero() || a.isInfinite()) return a;
        r.checkDenormal(a, a);
        if (r.isStopped()) return a;
        int fraction = Float80.BIAS + 63 - a.normalExponent();
        if (fraction <= 0) return a;
        long integer = roundedMagnitude(r, a);
        if (integer == 0) return Float80.zero(a.isNegative());
        int shift = Long.numberOfLeadingZeros(integer);
        int sign = a.isNegative() ? Float80.SIGN : 0;
        return new Float80(sign | Float80.BIAS + 63 - shift, integer << shift);
    }

    /** The magnitude of a number below 2^64 as an integer, rounded; inexactness is raised. */
    private static long roundedMagnitude(Rounding r, Float80 a) {
        int shift = Float80.BIAS + 63 - a.normalExponent();
        long high = shift < 64 ? a.normalSignificand() >>> shift : 0;
        long low = Wide.shiftRightLow(a.normalSignificand(), 0, Math.min(shift, 128));
        boolean increment = r.increments(Format.EXTENDED, a.isNegative(), high, low);
        if (low != 0) r.raise(Rounding.PRECISION);
        r.setRoundedUp(increment);
        return increment ? high + 1 : high;
    }

    /**
     * The integer of {@code bits} that a number rounds to.
     *
     * @return the integer; the smallest one, with the invalid exception, if it is out of range or no number
     */
    static long integer(Rounding r, Float80 a, int bits) {
        long indefinite = -1L << bits - 1;
        if (a.isUnsupported() || a.exponent() >= Float80.BIAS + bits) return outOfRange(r, indefinite);
        if (a.isZero()) return 0;
        long magnitude = roundedMagnitude(r, a);
        long value = a.isNegative() ? -magnitude : magnitude;
        boolean fits = magnitude >= 0 && magnitude >>> bits - 1 == 0 || a.isNegative() && value == indefinite;
        return fits ? value : outOfRange(r, indefinite);
    }

    private static long outOfRange(Rounding r, long indefinite) {
        r.withdraw(Rounding.PRECISION);
        r.setRoundedUp(false);
        r.raise(Rounding.INVALID);
        return indefinite;
    }

    /** A number in a memory format of reals. */
    static Float80 narrow(Rounding r, Format format, Float80 a) {
        if (a.isUnsupported() || a.isNan()) return r.nan(a, a);
        if (a.isZero() || a.isInfinite()) return a;
        return round(r, format, a);
    }

    /** A loaded single or double: a signaling NaN is an exception. */
    static Float80 widen(Rounding r, Float80 a) {
        return a.isNan() ? r.nan(a, a) : a;
    }

    static Float80 scale(Rounding r, Float80 a, Float80 b) {
        if (Rounding.isSpecial(a, b)) return r.nan(a, b);
        boolean grows = !b.isNegative();
        if (b.isInfinite() && (grows ? a.isZero() : a.isInfinite())) return r.invalid();
        r.checkDenormal(a, b);
        if (r.isStopped()) return a;
        if (a.isZero() || a.isInfinite()) return a;
        if (b.isInfinite()) return grows ? Float80.infinity(a.isNegative()) : Float80.zero(a.isNegative());
        int by = b.exponent() < Float80.BIAS
                ? 0
                : b.exponent() > Float80.BIAS + 16
                        ? 1 << 17
                        : (int) (b.significand() >>> Float80.BIAS + 63 - b.exponent());
        int exponent = a.normalExponent() + (grows ? by : -by);
        return r.round(Format.EXTENDED, a.isNegative(), exponent, a.normalSignificand(), 0);
    }
}
