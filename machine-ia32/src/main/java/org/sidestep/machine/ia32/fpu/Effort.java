package org.sidestep.machine.ia32.fpu;

import org.sidestep.machine.Timing.Operands;

/** What the operands of an operation say about its time; nothing about its result. */
final class Effort {
    private static final int QUARTER = -2;

    private Effort() {}

    static Operands ofDivision(Float80 dividend, Float80 divisor) {
        if (dividend.isZero()) return Operands.ZERO;
        return isPowerOfTwo(divisor) ? Operands.POWER : Operands.FULL;
    }

    static Operands ofRoot(Float80 radicand) {
        if (radicand.isZero()) return Operands.ZERO;
        boolean even = (radicand.exponent() - Float80.BIAS & 1) == 0;
        return even && isPowerOfTwo(radicand) ? Operands.POWER : Operands.FULL;
    }

    /**
     * Microcode computes the sine or the cosine of what is left, by one series or the other.
     *
     * @param rest of the angle, without multiples of a right angle
     * @param sine whether the function is the sine of that, or the cosine
     */
    static Operands ofAngle(Precise rest, boolean sine) {
        boolean small = rest.isZero() || rest.exponent() < QUARTER;
        if (sine) return small ? Operands.SMALL : Operands.SLOPE;
        return small ? Operands.PEAK : Operands.FULL;
    }

    private static boolean isPowerOfTwo(Float80 value) {
        return value.significand() == Float80.INTEGER_BIT && !value.isInfinite();
    }
}
