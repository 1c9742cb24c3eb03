package org.sidestep.isa;

/** An 8-bit general register. */
public enum Reg8 implements Register {
    AL,
    CL,
    DL,
    BL,
    AH,
    CH,
    DH,
    BH;

    private static final Reg8[] ALL = values();

    public static Reg8 of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
