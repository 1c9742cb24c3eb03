package org.sidestep.machine.ia32.fpu;

import org.sidestep.machine.Timing;

/**
 * The transcendental instructions (SDM vol. 1, section 8.3.8): results correctly rounded to 64 bits, whatever the
 * precision control says. Angles are reduced by the 66-bit pi of the P6 processors.
 */
final class Transcendental {
    /** Half of the P6's pi, with bit 61 of the first word worth 1. */
    private static final long HALF_PI_HIGH = 0x3243F6A8885A308DL;

    private static final long HALF_PI_LOW = 0x3000000000000000L;
    private static final int TOO_LARGE = Float80.BIAS + 63;

    private Transcendental() {}

    private static Float80 round(Rounding r, Precise value) {
        if (value.isZero()) return Float80.zero(value.negative());
        int exponent = value.exponent() + Float80.BIAS;
        return r.round(Format.EXTENDED, value.negative(), exponent, value.high(), value.low() | 1);
    }

    /** 2^x - 1 for x in -1..1; other numbers come back as they are. */
    static Float80 power(Rounding r, Float80 x) {
        if (Rounding.isSpecial(x, x)) return r.nan(x, x);
        if (x.isInfinite()) return x.isNegative() ? Float80.ONE.negated() : x;
        if (x.isZero()) return x;
        r.checkDenormal(x, x);
        if (r.isStopped()) return x;
        if (x.exponent() >= Float80.BIAS) {
            // The results for 1 and -1 are exact, but the processor says that they are not.
            if (x.absolute().equals(Float80.ONE)) r.raise(Rounding.PRECISION);
            boolean minusOne = x.equals(Float80.ONE.negated());
            return minusOne ? new Float80(Float80.SIGN | Float80.BIAS - 1, Float80.INTEGER_BIT) : x;
        }
        return round(r, Series.exponentialLess1(Precise.of(x).times(Series.LN2)));
    }

    /** y * log2(x). */
    static Float80 logarithm(Rounding r, Float80 y, Float80 x) {
        if (Rounding.isSpecial(x, y)) return r.nan(y, x);
        if (x.isNegative() && !x.isZero()) return r.invalid();
        boolean one = x.equals(Float80.ONE);
        boolean below = !x.isInfinite() && x.exponent() < Float80.BIAS;
        boolean negative = y.isNegative() != below;
        if (y.isInfinite() && one || y.isZero() && (x.isZero() || x.isInfinite())) return r.invalid();
        if (x.isZero() && !y.isInfinite()) {
            r.raise(Rounding.ZERO_DIVIDE);
            return Float80.infinity(negative);
        }
        r.checkDenormal(x, y);
        if (r.isStopped()) return y;
        if (y.isInfinite() || x.isInfinite()) return Float80.infinity(negative);
        if (y.isZero() || one) return Float80.zero(negative);
        if (x.normalSignificand() == Float80.INTEGER_BIT) {
            // Exact, but the processor says nevertheless that it is not.
            r.raise(Rounding.PRECISION);
            return RealArithmetic.multiply(r, Format.EXTENDED, y, Float80.of(x.normalExponent() - Float80.BIAS));
        }
        return round(r, Precise.of(y).times(log2(Precise.of(x))));
    }

    /** The mantissa in sqrt(1/2)..sqrt(2), or nearly so, through the series; the exponent as it is. */
    private static Precise log2(Precise x) {
        boolean upper = Long.compareUnsigned(x.high(), 0xB504F333F9DE6484L) > 0;
        int exponent = upper ? x.exponent() + 1 : x.exponent();
        Precise mantissa = new Precise(false, upper ? -1 : 0, x.high(), x.low());
        Precise s = mantissa.minus(Precise.ONE).dividedBy(mantissa.plus(Precise.ONE));
        Precise fraction = s.isZero() ? s : Series.logarithm(s);
        return Precise.of(Float80.of(exponent)).plus(fraction);
    }

    /** y * log2(1 + x); where that is no number, x comes back as it is. */
    static Float80 logarithmOf1Plus(Rounding r, Float80 y, Float80 x) {
        if (Rounding.isSpecial(x, y)) return r.nan(y, x);
        boolean negative = x.isNegative() != y.isNegative();
        if (x.isNegative() && x.exponent() >= Float80.BIAS) return x.isInfinite() ? r.invalid() : x;
        if (x.isInfinite() && y.isZero() || x.isZero() && y.isInfinite()) return r.invalid();
        r.checkDenormal(x, y);
        if (r.isStopped()) return y;
        if (x.isInfinite() || y.isInfinite()) return Float80.infinity(negative);
        if (x.isZero() || y.isZero()) return Float80.zero(negative);
        Precise value = Precise.of(x);
        Precise s = value.dividedBy(value.plus(Precise.ONE.times2(1)));
        Precise log = x.exponent() < Float80.BIAS - 1 ? Series.logarithm(s) : log2(value.plus(Precise.ONE));
        return round(r, Precise.of(y).times(log));
    }

    /** The angle of the point (x, y). */
    static Float80 arcTangent(Rounding r, Float80 y, Float80 x) {
        if (Rounding.isSpecial(x, y)) return r.nan(y, x);
        r.checkDenormal(x, y);
        if (r.isStopped()) return y;
        boolean left = x.isNegative();
        Precise angle;
        if (y.isInfinite() && x.isInfinite()) {
            angle = Series.QUARTER_PI;
        } else if (y.isZero() || x.isInfinite()) {
            angle = Precise.ZERO;
        } else if (x.isZero() || y.isInfinite()) {
            angle = Series.HALF_PI;
            left = false;
        } else {
            angle = angle(Precise.of(y).absolute(), Precise.of(x).absolute());
        }
        if (left) angle = Series.PI.minus(angle);
        return round(r, y.isNegative() ? angle.negated() : angle);
    }

    private static Precise angle(Precise y, Precise x) {
        if (y.compareMagnitude(x) <= 0) return Series.arcTangent(y.dividedBy(x));
        return Series.HALF_PI.minus(Series.arcTangent(x.dividedBy(y)));
    }

    /** Whether FSIN and its kin leave their operand alone and set C2. */
    static boolean isOutOfRange(Float80 x) {
        return !Rounding.isSpecial(x, x) && !x.isInfinite() && x.exponent() >= TOO_LARGE;
    }

    /** An angle as a multiple of pi/2, modulo 4, and a rest in -pi/4..pi/4. */
    private record Angle(int quadrant, Precise rest) {

        static Angle of(Float80 x) {
            int exponent = x.normalExponent() - Float80.BIAS;
            Precise value = Precise.of(x).absolute();
            int quotient = 0;
            if (exponent >= 0) {
                long high = value.high() >>> 2;
                long low = value.high() << 62;
                for (int i = 0; i <= exponent; i++) {
                    if (i > 0) {
                        high = high << 1 | low >>> 63;
                        low <<= 1;
                    }
                    quotient <<= 1;
                    if (high > HALF_PI_HIGH || high == HALF_PI_HIGH && Long.compareUnsigned(low, HALF_PI_LOW) >= 0) {
                        high -= HALF_PI_HIGH + (Long.compareUnsigned(low, HALF_PI_LOW) < 0 ? 1 : 0);
                        low -= HALF_PI_LOW;
                        quotient |= 1;
                    }
                }
                value = Precise.normalized(false, 2, high, low);
            }
            Precise halfPi = Precise.normalized(false, 2, HALF_PI_HIGH, HALF_PI_LOW);
            if (value.compareMagnitude(halfPi.times2(-1)) > 0) {
                value = value.minus(halfPi);
                quotient++;
            }
            return new Angle(quotient & 3, value);
        }

        /** What the sine of it, or the cosine, says about the time that it takes. */
        Timing.Operands effort(boolean sine) {
            return Effort.ofAngle(rest, sine == ((quadrant & 1) == 0));
        }

        Precise sine() {
            Precise magnitude = (quadrant & 1) == 0 ? sineOfRest() : Series.cosine(rest);
            return quadrant >= 2 ? magnitude.negated() : magnitude;
        }

        Precise cosine() {
            Precise magnitude =
                    (quadrant & 1) == 0 ? Series.cosine(rest) : sineOfRest().negated();
            return quadrant >= 2 ? magnitude.negated() : magnitude;
        }

        private Precise sineOfRest() {
            return rest.isZero() ? rest : Series.sine(rest);
        }
    }

    static Float80 sine(Rounding r, Float80 x) {
        Float80 special = trigonometric(r, x);
        if (special != null) return special;
        if (x.isZero()) return quickly(r, x);
        Angle angle = Angle.of(x);
        r.met(angle.effort(true));
        return round(r, x.isNegative() ? angle.sine().negated() : angle.sine());
    }

    static Float80 cosine(Rounding r, Float80 x) {
        Float80 special = trigonometric(r, x);
        if (special != null) return special;
        if (x.isZero()) return quickly(r, Float80.ONE);
        Angle angle = Angle.of(x);
        r.met(angle.effort(false));
        return round(r, angle.cosine());
    }

    static Float80 tangent(Rounding r, Float80 x) {
        Float80 special = trigonometric(r, x);
        if (special != null) return special;
        if (x.isZero()) return quickly(r, x);
        Angle angle = Angle.of(x);
        r.met(angle.effort(true));
        Precise tangent = angle.sine().dividedBy(angle.cosine());
        return round(r, x.isNegative() ? tangent.negated() : tangent);
    }

    private static Float80 quickly(Rounding r, Float80 result) {
        r.met(Timing.Operands.ZERO);
        return result;
    }

    /** The result if no arithmetic is needed for it, or if an unmasked exception makes it irrelevant; else null. */
    private static Float80 trigonometric(Rounding r, Float80 x) {
        if (Rounding.isSpecial(x, x)) return r.nan(x, x);
        if (x.isInfinite()) return r.invalid();
        r.checkDenormal(x, x);
        return r.isStopped() ? x : null;
    }

    /** A constant of the unit, rounded as the rounding control says, without an exception. */
    static Float80 constant(Rounding r, Precise value) {
        Float80 rounded = round(r, value);
        r.withdraw(Rounding.PRECISION);
        r.setRoundedUp(false);
        return rounded;
    }
}
