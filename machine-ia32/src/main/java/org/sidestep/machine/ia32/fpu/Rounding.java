package org.sidestep.machine.ia32.fpu;

import org.sidestep.machine.Timing.Operands;

/**
 * How a unit rounds, and the exceptions that rounding and arithmetic raise (SDM vol. 1, sections 4.8 and 4.9). Raised
 * exceptions are collected until the unit takes them.
 */
public final class Rounding {
    public static final int INVALID = 1;
    public static final int DENORMAL = 2;
    public static final int ZERO_DIVIDE = 4;
    public static final int OVERFLOW = 8;
    public static final int UNDERFLOW = 16;
    public static final int PRECISION = 32;

    /** If unmasked, these keep the instruction from delivering anything. */
    static final int BEFORE = INVALID | DENORMAL | ZERO_DIVIDE;

    static final int NEAREST = 0;
    static final int DOWN = 1;
    static final int UP = 2;
    static final int TO_ZERO = 3;

    /** By how much an unmasked over- or underflow scales the exponent of the delivered result. */
    private static final int SCALE = 24576;

    private final boolean simd;
    private int mode;
    private int masks;
    private int raised;
    private boolean up;
    private boolean flushing;
    /** Of the operations since last asked, those that take longest; null if there was none. */
    private Operands operands;

    /**
     * @param simd whether of SSE: of two NaNs the first is the result, where the x87 takes the larger one; and unmasked
     *     over- and underflow tell whether the result is inexact, where a store of the x87 does not
     */
    Rounding(boolean simd) {
        this.simd = simd;
    }

    /**
     * Prepares for an instruction: nothing raised.
     *
     * @param newMode rounding control, 0..3
     * @param newMasks exceptions that are masked
     */
    void begin(int newMode, int newMasks) {
        mode = newMode;
        masks = newMasks;
        raised = 0;
        up = false;
        flushing = false;
    }

    /** Makes tiny results zero if their exception is masked (SDM vol. 1, section 10.2.3.3). */
    void flushToZero() {
        flushing = true;
    }

    /** An operation is computed whose time depends on its operands. */
    void met(Operands kind) {
        if (operands == null || kind.compareTo(operands) > 0) operands = kind;
    }

    /** What the operations since the last call said about their time, or null. */
    Operands takeOperands() {
        Operands taken = operands;
        operands = null;
        return taken;
    }

    int mode() {
        return mode;
    }

    void setMode(int newMode) {
        mode = newMode;
    }

    int raised() {
        return raised;
    }

    /** Whether the last rounding made the magnitude larger. */
    boolean roundedUp() {
        return up;
    }

    void raise(int exceptions) {
        raised |= exceptions;
    }

    /** Takes back what turned out not to happen. */
    void withdraw(int exceptions) {
        raised &= ~exceptions;
    }

    void setRoundedUp(boolean value) {
        up = value;
    }

    boolean isMasked(int exception) {
        return (masks & exception) != 0;
    }

    /** Whether an unmasked exception has been raised that keeps the instruction from delivering a result. */
    boolean isStopped() {
        return (raised & ~masks & BEFORE) != 0;
    }

    Float80 invalid() {
        raise(INVALID);
        return Float80.INDEFINITE;
    }

    /** The answer to an operation with a NaN (SDM vol. 1, table 4-7), or with an encoding that is no number. */
    Float80 nan(Float80 a, Float80 b) {
        if (a.isUnsupported() || b.isUnsupported()) return invalid();
        if (a.isSignaling() || b.isSignaling()) raise(INVALID);
        if (!b.isNan()) return a.quieted();
        if (!a.isNan()) return b.quieted();
        if (simd) return a.quieted();
        if (a.isSignaling() != b.isSignaling()) return (a.isSignaling() ? b : a).quieted();
        int order = Long.compareUnsigned(a.significand(), b.significand());
        return (order > 0 || order == 0 && !a.isNegative() ? a : b).quieted();
    }

    /** Whether the operands need no arithmetic: a NaN or no number among them. */
    static boolean isSpecial(Float80 a, Float80 b) {
        return a.isUnsupported() || b.isUnsupported() || a.isNan() || b.isNan();
    }

    /** Raises the denormal exception if there is reason. */
    void checkDenormal(Float80 a, Float80 b) {
        if (a.isDenormal() || b.isDenormal()) raise(DENORMAL);
    }

    /**
     * Raises the denormal exception for an operand that was converted from a denormal single or double, after the
     * operation: NaNs and worse exceptions take precedence over it, and if unmasked, it over the rounding.
     */
    void raiseDenormal(Float80 a, Float80 b) {
        if (isSpecial(a, b) || (raised & (INVALID | ZERO_DIVIDE)) != 0) return;
        if (!isMasked(DENORMAL)) withdraw(OVERFLOW | UNDERFLOW | PRECISION);
        raise(DENORMAL);
    }

    /**
     * Rounds {@code high.low * 2^(exponent - 63)} to a format. Over- and underflow are answered as their masks say.
     *
     * @param exponent biased; of any size
     * @param high has bit 63 set
     * @param low the bits below, the last of which stands for all that follow
     */
    Float80 round(Format format, boolean negative, int exponent, long high, long low) {
        up = false;
        int least = format.minExponent();
        if (exponent >= least) return finish(format, negative, exponent, high, low);
        boolean tiny = exponent < least - 1 || !increments(format, negative, high, low) || !allOnes(format, high);
        if (tiny && !isMasked(UNDERFLOW)) {
            raise(UNDERFLOW);
            if (!format.isRegister()) {
                if (simd && isInexact(format, high, low)) raise(PRECISION);
                return Float80.zero(negative);
            }
            if (exponent + SCALE >= least) return finish(format, negative, exponent + SCALE, high, low);
            // Only FSCALE gets that far.
            raise(PRECISION);
            return Float80.zero(negative);
        }
        if (tiny && flushing) {
            raise(UNDERFLOW | PRECISION);
            return Float80.zero(negative);
        }
        return denormal(format, negative, exponent, high, low, tiny);
    }

    private Float80 denormal(Format format, boolean negative, int exponent, long high, long low, boolean tiny) {
        int shift = format.minExponent() - exponent;
        long lowShifted = Wide.shiftRightLow(high, low, shift);
        long highShifted = shift < 64 ? high >>> shift : 0;
        if (tiny && isInexact(format, highShifted, lowShifted)) raise(UNDERFLOW);
        return finish(format, negative, format.minExponent(), highShifted, lowShifted);
    }

    private static boolean allOnes(Format format, long high) {
        return high >>> 64 - format.precision() == -1L >>> 64 - format.precision();
    }

    private static boolean isInexact(Format format, long high, long low) {
        return low != 0 || (high & tail(format)) != 0;
    }

    /** Mask of the bits of the upper word that do not fit. */
    private static long tail(Format format) {
        return (1L << 64 - format.precision()) - 1;
    }

    /** Whether rounding makes the magnitude larger. */
    boolean increments(Format format, boolean negative, long high, long low) {
        return switch (mode) {
            case NEAREST -> aboveHalf(format, high, low);
            case DOWN -> negative && isInexact(format, high, low);
            case UP -> !negative && isInexact(format, high, low);
            default -> false;
        };
    }

    private static boolean aboveHalf(Format format, long high, long low) {
        int cut = 64 - format.precision();
        boolean odd = (high >>> cut & 1) != 0;
        if (cut == 0) return low < 0 && (low != Long.MIN_VALUE || odd);
        long part = high & tail(format);
        long half = 1L << cut - 1;
        return part > half || part == half && (low != 0 || odd);
    }

    /** Rounds a number whose exponent is not too small; a denormal has its smallest exponent and bit 63 clear. */
    private Float80 finish(Format format, boolean negative, int exponent, long high, long low) {
        boolean inexact = isInexact(format, high, low);
        long significand = high & ~tail(format);
        int biased = exponent;
        if (increments(format, negative, high, low)) {
            up = true;
            significand += 1L << 64 - format.precision();
            if (significand == 0) {
                significand = Float80.INTEGER_BIT;
                biased++;
            }
        }
        if (biased > format.maxExponent()) return overflow(format, negative, biased, significand, inexact);
        if (inexact) raise(PRECISION);
        return pack(format, negative, biased, significand);
    }

    private static Float80 pack(Format format, boolean negative, int exponent, long significand) {
        int sign = negative ? Float80.SIGN : 0;
        if (significand == 0) return new Float80(sign, 0);
        if (significand < 0) return new Float80(sign | exponent, significand);
        if (format.isRegister()) return new Float80(sign, significand);
        int shift = Long.numberOfLeadingZeros(significand);
        return new Float80(sign | exponent - shift, significand << shift);
    }

    private Float80 overflow(Format format, boolean negative, int exponent, long significand, boolean inexact) {
        raise(OVERFLOW);
        if (!isMasked(OVERFLOW)) {
            if (simd && inexact) raise(PRECISION);
            if (!format.isRegister()) return Float80.infinity(negative);
            if (exponent - SCALE <= format.maxExponent()) {
                if (inexact) raise(PRECISION);
                return pack(format, negative, exponent - SCALE, significand);
            }
            raise(PRECISION);
            up = true;
            return Float80.infinity(negative);
        }
        raise(PRECISION);
        boolean largest = mode == TO_ZERO || mode == (negative ? UP : DOWN);
        up = !largest;
        if (!largest) return Float80.infinity(negative);
        return pack(format, negative, format.maxExponent(), ~tail(format));
    }
}
