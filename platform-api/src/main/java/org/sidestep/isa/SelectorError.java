package org.sidestep.isa;

/**
 * What the error code of an exception about a segment or a gate names (SDM vol. 3, section 6.13).
 *
 * @param entry the number of the descriptor in its table
 * @param external whether it was an interrupt or exception whose delivery met it
 */
public record SelectorError(Table table, int entry, boolean external) {
    private static final int EXTERNAL = 1, IN_IDT = 2, IN_LDT = 4;

    /** A table of descriptors. */
    public enum Table {
        GDT,
        LDT,
        IDT
    }

    public static SelectorError of(int code) {
        Table table = (code & IN_IDT) != 0 ? Table.IDT : (code & IN_LDT) != 0 ? Table.LDT : Table.GDT;
        return new SelectorError(table, code >>> 3, (code & EXTERNAL) != 0);
    }

    /** Whether the code names no descriptor: the null selector is none. */
    public boolean isNone() {
        return table == Table.GDT && entry == 0;
    }

    /** Whether it is the gate of a vector. */
    public boolean isGate(int vector) {
        return table == Table.IDT && entry == vector;
    }
}
