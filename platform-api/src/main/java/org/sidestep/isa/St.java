package org.sidestep.isa;

/** An x87 register, relative to the top of the stack. */
public enum St implements Register {
    ST0,
    ST1,
    ST2,
    ST3,
    ST4,
    ST5,
    ST6,
    ST7;

    private static final St[] ALL = values();

    public static St of(int number) {
        return ALL[number];
    }

    @Override
    public String text() {
        return "st(" + ordinal() + ")";
    }

    @Override
    public String toString() {
        return text();
    }
}
