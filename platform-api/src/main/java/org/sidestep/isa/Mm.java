package org.sidestep.isa;

/** An MMX register. */
public enum Mm implements Register {
    MM0,
    MM1,
    MM2,
    MM3,
    MM4,
    MM5,
    MM6,
    MM7;

    private static final Mm[] ALL = values();

    public static Mm of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
