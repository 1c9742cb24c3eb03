package org.sidestep.isa;

/** A segment register, in modrm order. */
public enum Seg implements Register {
    ES,
    CS,
    SS,
    DS,
    FS,
    GS;

    private static final Seg[] ALL = values();

    public static Seg of(int number) {
        return ALL[number];
    }

    @Override
    public String toString() {
        return text();
    }
}
