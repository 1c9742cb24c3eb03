package org.sidestep.machine.ia32.fpu;

/**
 * A packed decimal number (SDM vol. 1, section 4.7).
 *
 * @param digits the sixteen lower ones, four bits each
 * @param top sign and the upper two digits
 */
public record Decimal80(long digits, int top) {
    /** The smallest number that has too many digits. */
    static final long LIMIT = 1_000_000_000_000_000_000L;

    static final Decimal80 INDEFINITE = new Decimal80(0xC000_0000_0000_0000L, 0xFFFF);

    static Decimal80 of(long value, boolean negative) {
        long rest = Math.abs(value);
        long digits = 0;
        for (int i = 0; i < 16; i++, rest /= 10) digits |= rest % 10 << 4 * i;
        return new Decimal80(digits, (int) (rest / 10 << 4 | rest % 10) | (negative ? 0x8000 : 0));
    }

    /** The number; digits above nine count as they are. */
    public Float80 real() {
        long value = (top >> 4 & 15) * 10 + (top & 15);
        for (int i = 15; i >= 0; i--) value = value * 10 + (digits >>> 4 * i & 15);
        Float80 magnitude = Float80.of(value);
        return (top & 0x8000) != 0 ? magnitude.negated() : magnitude;
    }
}
