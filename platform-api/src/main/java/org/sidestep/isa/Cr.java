package org.sidestep.isa;

/** A control register. */
public enum Cr implements Register {
    CR0,
    CR1,
    CR2,
    CR3,
    CR4,
    CR5,
    CR6,
    CR7;

    private static final Cr[] ALL = values();

    public static Cr of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
