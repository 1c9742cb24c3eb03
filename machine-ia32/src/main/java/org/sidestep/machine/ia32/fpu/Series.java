package org.sidestep.machine.ia32.fpu;

/** Power series of the elementary functions, on arguments reduced so far that they converge fast. */
final class Series {
    // spotless:off
    static final Precise PI         = new Precise(false,  1, 0xC90FDAA22168C234L, 0xC4C6628B80DC1CD1L);
    static final Precise HALF_PI    = PI.times2(-1);
    static final Precise QUARTER_PI = PI.times2(-2);
    static final Precise LN2        = new Precise(false, -1, 0xB17217F7D1CF79ABL, 0xC9E3B39803F2F6AFL);
    static final Precise LOG2_E     = new Precise(false,  0, 0xB8AA3B295C17F0BBL, 0xBE87FED0691D3E89L);
    static final Precise LOG2_10    = new Precise(false,  1, 0xD49A784BCD1B8AFEL, 0x492BF6FF4DAFDB4DL);
    static final Precise LOG10_2    = new Precise(false, -2, 0x9A209A84FBCFF798L, 0x8F8959AC0B7C9178L);

    private static final Precise SIXTH_PI   = new Precise(false, -1, 0x860A91C16B9B2C23L, 0x2DD99707AB3D688BL);
    private static final Precise ROOT_3     = new Precise(false,  0, 0xDDB3D742C265539DL, 0x92BA16B83C5C1DC5L);
    /** tan(pi/12), below which no reduction of an arc tangent is needed. */
    private static final Precise TWELFTH    = new Precise(false, -2, 0x8930A2F4F66AB18AL, 0);
    // spotless:on

    private Series() {}

    /** e^x - 1. */
    static Precise exponentialLess1(Precise x) {
        Precise term = x;
        Precise sum = x;
        for (int n = 2; !term.vanishesIn(sum); n++) {
            term = term.times(x).dividedBy(n);
            sum = sum.plus(term);
        }
        return sum;
    }

    static Precise sine(Precise x) {
        return alternating(x, x.times(x), 2);
    }

    static Precise cosine(Precise x) {
        return alternating(Precise.ONE, x.times(x), 1);
    }

    private static Precise alternating(Precise first, Precise square, int start) {
        Precise term = first;
        Precise sum = first;
        for (int n = start; !term.vanishesIn(sum); n += 2) {
            term = term.times(square).dividedBy(n * (n + 1)).negated();
            sum = sum.plus(term);
        }
        return sum;
    }

    /** log2((1 + s) / (1 - s)) = 2 log2(e) artanh(s). */
    static Precise logarithm(Precise s) {
        return odd(s, s.times(s)).times(LOG2_E).times2(1);
    }

    /** The arc tangent of a number in 0..1. */
    static Precise arcTangent(Precise z) {
        if (z.compareMagnitude(TWELFTH) <= 0) return smallArcTangent(z);
        Precise reduced = z.times(ROOT_3).minus(Precise.ONE).dividedBy(z.plus(ROOT_3));
        return SIXTH_PI.plus(smallArcTangent(reduced));
    }

    private static Precise smallArcTangent(Precise z) {
        if (z.isZero()) return z;
        return odd(z, z.times(z).negated());
    }

    /** The sum of {@code first} times the n-th power of {@code square} over 2n + 1, from n = 0. */
    private static Precise odd(Precise first, Precise square) {
        Precise power = first;
        Precise sum = first;
        Precise term = first;
        for (int n = 3; !term.vanishesIn(sum); n += 2) {
            power = power.times(square);
            term = power.dividedBy(n);
            sum = sum.plus(term);
        }
        return sum;
    }
}
