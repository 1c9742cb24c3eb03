package org.sidestep.isa;

/** An SSE register. */
public enum Xmm implements Register {
    XMM0,
    XMM1,
    XMM2,
    XMM3,
    XMM4,
    XMM5,
    XMM6,
    XMM7;

    private static final Xmm[] ALL = values();

    public static Xmm of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
