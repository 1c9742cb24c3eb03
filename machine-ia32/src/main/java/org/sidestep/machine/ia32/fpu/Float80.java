package org.sidestep.machine.ia32.fpu;

/**
 * An extended real (SDM vol. 1, section 4.2.2). All arithmetic is done on these: singles and doubles convert to them
 * exactly.
 *
 * @param signExponent the sign in bit 15, the biased exponent below
 * @param significand with explicit integer bit
 */
public record Float80(int signExponent, long significand) {
    static final int BIAS = 16383;
    static final int SIGN = 0x8000;
    static final int LARGEST = 0x7FFF;
    static final long INTEGER_BIT = Long.MIN_VALUE;
    static final long QUIET = 1L << 62;

    public static final Float80 ZERO = new Float80(0, 0);
    public static final Float80 ONE = new Float80(BIAS, INTEGER_BIT);

    /** The real indefinite: the answer to an invalid operation. */
    public static final Float80 INDEFINITE = new Float80(SIGN | LARGEST, INTEGER_BIT | QUIET);

    static Float80 zero(boolean negative) {
        return new Float80(negative ? SIGN : 0, 0);
    }

    static Float80 infinity(boolean negative) {
        return new Float80((negative ? SIGN : 0) | LARGEST, INTEGER_BIT);
    }

    public static Float80 of(long integer) {
        if (integer == 0) return ZERO;
        long magnitude = Math.abs(integer);
        int shift = Long.numberOfLeadingZeros(magnitude);
        return new Float80((integer < 0 ? SIGN : 0) | BIAS + 63 - shift, magnitude << shift);
    }

    /** A single, bit for bit: a signaling NaN stays one. */
    public static Float80 ofSingle(int bits) {
        return of(bits < 0, bits >>> 23 & 0xFF, 0xFF, (long) (bits & 0x7FFFFF) << 40, Format.SINGLE);
    }

    /** A double, bit for bit: a signaling NaN stays one. */
    public static Float80 ofDouble(long bits) {
        return of(bits < 0, (int) (bits >>> 52 & 0x7FF), 0x7FF, (bits & 0xFFFFFFFFFFFFFL) << 11, Format.DOUBLE);
    }

    private static Float80 of(boolean negative, int exponent, int largest, long fraction, Format format) {
        int sign = negative ? SIGN : 0;
        if (exponent == largest) return new Float80(sign | LARGEST, INTEGER_BIT | fraction);
        if (exponent > 0) return new Float80(sign | exponent + format.minExponent() - 1, INTEGER_BIT | fraction);
        if (fraction == 0) return new Float80(sign, 0);
        int shift = Long.numberOfLeadingZeros(fraction);
        return new Float80(sign | format.minExponent() - shift, fraction << shift);
    }

    /** The bits of the single that this is, having been rounded to one. */
    public int single() {
        return (int) (bits(Format.SINGLE, 23, 0xFF) | (isNegative() ? 0x80000000L : 0));
    }

    /** The bits of the double that this is, having been rounded to one. */
    public long doubleBits() {
        return bits(Format.DOUBLE, 52, 0x7FF) | (isNegative() ? Long.MIN_VALUE : 0);
    }

    private long bits(Format format, int fractionBits, long largest) {
        long fraction = significand << 1 >>> 64 - fractionBits;
        if (exponent() == LARGEST) return largest << fractionBits | fraction;
        int exponent = exponent() - format.minExponent() + 1;
        if (exponent > 0) return (long) exponent << fractionBits | fraction;
        return significand == 0 ? 0 : significand >>> 64 - fractionBits - exponent;
    }

    boolean isNegative() {
        return (signExponent & SIGN) != 0;
    }

    int exponent() {
        return signExponent & LARGEST;
    }

    boolean isZero() {
        return significand == 0 && exponent() == 0;
    }

    boolean isInfinite() {
        return exponent() == LARGEST && significand == INTEGER_BIT;
    }

    boolean isNan() {
        return exponent() == LARGEST && significand < 0 && significand != INTEGER_BIT;
    }

    boolean isSignaling() {
        return isNan() && (significand & QUIET) == 0;
    }

    /** A denormal, or a pseudo-denormal, which is computed with like one. */
    boolean isDenormal() {
        return exponent() == 0 && significand != 0;
    }

    /** An encoding of the 8087 that later processors refuse: pseudo-NaN, pseudo-infinity, unnormal. */
    boolean isUnsupported() {
        return exponent() != 0 && significand >= 0;
    }

    Float80 negated() {
        return new Float80(signExponent ^ SIGN, significand);
    }

    Float80 absolute() {
        return new Float80(signExponent & LARGEST, significand);
    }

    Float80 quieted() {
        return new Float80(signExponent, significand | QUIET);
    }

    /** The exponent that the number has with its significand normalised; of a denormal, below 1. */
    int normalExponent() {
        return exponent() != 0 ? exponent() : 1 - Long.numberOfLeadingZeros(significand);
    }

    /** The significand with its first one in bit 63. */
    long normalSignificand() {
        return significand << Long.numberOfLeadingZeros(significand);
    }
}
