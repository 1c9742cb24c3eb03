package org.sidestep.machine.ia32.fpu;

/**
 * What FPREM and FPREM1 leave (SDM vol. 2, FPREM).
 *
 * @param codes condition codes: C2 if the reduction is not complete, else the last three bits of the quotient
 */
record Remainder(Float80 value, int codes) {
    /** Reductions of larger exponent differences take several instructions. */
    private static final int COMPLETE = 64;

    static Remainder of(Rounding r, Float80 a, Float80 b, boolean nearest) {
        if (Rounding.isSpecial(a, b)) return new Remainder(r.nan(a, b), 0);
        if (a.isInfinite() || b.isZero()) return new Remainder(r.invalid(), 0);
        r.checkDenormal(a, b);
        if (r.isStopped() || a.isZero()) return new Remainder(a, 0);
        if (b.isInfinite()) return exact(r, a, 0);
        int difference = a.normalExponent() - b.normalExponent();
        if (difference < 0) return smaller(r, a, b, nearest && difference == -1);
        boolean complete = difference < COMPLETE;
        int steps = complete ? difference : difference & 31 | 32;
        return divide(r, a, b, steps, complete, nearest);
    }

    private static Remainder exact(Rounding r, Float80 a, int quotient) {
        return new Remainder(RealArithmetic.round(r, Format.EXTENDED, a), codes(quotient));
    }

    /** The quotient is less than one; it rounds to one if {@code a} is more than half of {@code b}. */
    private static Remainder smaller(Rounding r, Float80 a, Float80 b, boolean maybeHalf) {
        long magnitude = a.normalSignificand();
        boolean one = maybeHalf && Long.compareUnsigned(magnitude, b.normalSignificand()) > 0;
        if (!one) return exact(r, a, 0);
        long rest = (b.normalSignificand() << 1) - magnitude;
        return new Remainder(normalize(r, !a.isNegative(), a.normalExponent(), rest), codes(1));
    }

    private static Remainder divide(Rounding r, Float80 a, Float80 b, int steps, boolean complete, boolean nearest) {
        long divisor = b.normalSignificand();
        long rest = a.normalSignificand();
        int quotient = 0;
        boolean carry = false;
        for (int i = 0; i <= steps; i++) {
            if (i > 0) {
                carry = rest < 0;
                rest <<= 1;
            }
            quotient <<= 1;
            if (carry || Long.compareUnsigned(rest, divisor) >= 0) {
                rest -= divisor;
                quotient |= 1;
            }
        }
        boolean negative = a.isNegative();
        int exponent = a.normalExponent() - steps;
        if (!complete) return new Remainder(normalize(r, negative, exponent, rest), Fpu.C2);
        if (nearest && aboveHalf(rest, divisor, quotient)) {
            rest = divisor - rest;
            negative = !negative;
            quotient++;
        }
        return new Remainder(normalize(r, negative, exponent, rest), codes(quotient));
    }

    private static boolean aboveHalf(long rest, long divisor, int quotient) {
        int order = Long.compareUnsigned(rest, divisor - rest);
        return order > 0 || order == 0 && (quotient & 1) != 0;
    }

    private static Float80 normalize(Rounding r, boolean negative, int exponent, long rest) {
        if (rest == 0) return Float80.zero(negative);
        int zeros = Long.numberOfLeadingZeros(rest);
        return r.round(Format.EXTENDED, negative, exponent - zeros, rest << zeros, 0);
    }

    private static int codes(int quotient) {
        return ((quotient & 1) != 0 ? Fpu.C1 : 0)
                | ((quotient & 2) != 0 ? Fpu.C3 : 0)
                | ((quotient & 4) != 0 ? Fpu.C0 : 0);
    }
}
