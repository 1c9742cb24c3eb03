package org.sidestep.isa;

import java.util.Locale;

/** The sixteen conditions of jcc, setcc and cmovcc, in opcode order (SDM vol. 2, appendix B "tttn"). */
public enum Condition {
    O,
    NO,
    B,
    AE,
    E,
    NE,
    BE,
    A,
    S,
    NS,
    P,
    NP,
    L,
    GE,
    LE,
    G;

    /** Synonym: unsigned below is carry. */
    public static final Condition C = B;

    public static final Condition NC = AE;
    public static final Condition Z = E;
    public static final Condition NZ = NE;

    private static final Condition[] ALL = values();

    public static Condition of(int code) {
        return ALL[code & 15];
    }

    /** The condition that holds exactly when this one does not. */
    public Condition negated() {
        return ALL[ordinal() ^ 1];
    }

    /** The EFLAGS bits that this condition reads. */
    public int flags() {
        return switch (of(ordinal() & 14)) {
            case O -> Eflags.OF;
            case B -> Eflags.CF;
            case E -> Eflags.ZF;
            case BE -> Eflags.CF | Eflags.ZF;
            case S -> Eflags.SF;
            case P -> Eflags.PF;
            case L -> Eflags.SF | Eflags.OF;
            default -> Eflags.SF | Eflags.OF | Eflags.ZF;
        };
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
