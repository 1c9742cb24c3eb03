package org.sidestep.machine.ia32.fpu;

/** What a result is rounded to: bits of the significand, and the range of biased exponents of normal numbers. */
enum Format {
    SINGLE(24, Float80.BIAS - 126, Float80.BIAS + 127),
    DOUBLE(53, Float80.BIAS - 1022, Float80.BIAS + 1023),
    EXTENDED(64, 1, 0x7FFE),
    /** The precision control narrows the significand of a register, but not its exponent. */
    EXTENDED_24(24, 1, 0x7FFE),
    EXTENDED_53(53, 1, 0x7FFE);

    private final int precision;
    private final int minExponent;
    private final int maxExponent;

    Format(int precision, int minExponent, int maxExponent) {
        this.precision = precision;
        this.minExponent = minExponent;
        this.maxExponent = maxExponent;
    }

    int precision() {
        return precision;
    }

    int minExponent() {
        return minExponent;
    }

    int maxExponent() {
        return maxExponent;
    }

    /** Whether this is the format of a register of the stack, whose unmasked over- and underflows deliver a scaled result. */
    boolean isRegister() {
        return minExponent == 1;
    }
}
