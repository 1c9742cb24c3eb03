package org.sidestep.isa;

import java.util.Locale;

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
    public int number() {
        return ordinal();
    }

    @Override
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text();
    }
}
