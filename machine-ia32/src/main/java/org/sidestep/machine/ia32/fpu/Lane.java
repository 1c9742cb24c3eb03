package org.sidestep.machine.ia32.fpu;

/** What a lane of an XMM register holds (SDM vol. 1, sections 10.3 and 11.3). Registers are two quadwords, the low one first. */
public enum Lane {
    INTEGER(32, 0, null),
    SINGLE(32, 0x7F800000L, Format.SINGLE),
    DOUBLE(64, 0x7FF0000000000000L, Format.DOUBLE);

    private static final int REGISTER = 128;

    private final int bits;
    /** The exponent; the bits of an infinity. */
    private final long infinity;

    private final Format format;

    Lane(int bits, long infinity, Format format) {
        this.bits = bits;
        this.infinity = infinity;
        this.format = format;
    }

    /** Lanes of a register. */
    public int count() {
        return REGISTER / bits;
    }

    /** A lane, sign-extended. */
    public long get(long[] quadwords, int number) {
        int at = bits * number;
        return quadwords[at >> 6] << 64 - bits - (at & 63) >> 64 - bits;
    }

    /** Sets a lane to the low bits of a value. */
    public void set(long[] quadwords, int number, long value) {
        int at = bits * number;
        long mask = -1L >>> 64 - bits << (at & 63);
        quadwords[at >> 6] = quadwords[at >> 6] & ~mask | value << (at & 63) & mask;
    }

    /** All lanes of a register. */
    public long[] split(long[] quadwords) {
        long[] lanes = new long[count()];
        for (int n = 0; n < lanes.length; n++) lanes[n] = get(quadwords, n);
        return lanes;
    }

    Format format() {
        return format;
    }

    Float80 real(long value) {
        return switch (this) {
            case INTEGER -> Float80.of(value);
            case SINGLE -> Float80.ofSingle((int) value);
            case DOUBLE -> Float80.ofDouble(value);
        };
    }

    /** The bits of a number that has been rounded to the lane's format. */
    long bits(Float80 real) {
        return this == DOUBLE ? real.doubleBits() : real.single();
    }

    /** The sign, or zero with that sign. */
    private long sign(long value) {
        return value & 1L << bits - 1;
    }

    boolean isDenormal(long value) {
        return this != INTEGER && (value & infinity) == 0 && value << 65 - bits != 0;
    }

    /** What a denormal counts as if denormals are zeros. */
    long withoutDenormals(long value) {
        return isDenormal(value) ? sign(value) : value;
    }
}
