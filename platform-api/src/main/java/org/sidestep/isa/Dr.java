package org.sidestep.isa;

/** A debug register. */
public enum Dr implements Register {
    DR0,
    DR1,
    DR2,
    DR3,
    DR4,
    DR5,
    DR6,
    DR7;

    private static final Dr[] ALL = values();

    public static Dr of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
