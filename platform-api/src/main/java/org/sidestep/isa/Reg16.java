package org.sidestep.isa;

/** A 16-bit general register. */
public enum Reg16 implements Register {
    AX,
    CX,
    DX,
    BX,
    SP,
    BP,
    SI,
    DI;

    private static final Reg16[] ALL = values();

    public static Reg16 of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
