package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** The exception's error code names a descriptor (SDM vol. 3, section 6.13): which one, and what is wrong with it. */
final class SelectorFault implements Diagnosis {
    private static final int EXTERNAL = 1;
    private static final int IN_IDT = 2;
    private static final int IN_LDT = 4;
    private static final int PRESENT = 1 << 15;
    private static final int NO_SYSTEM = 1 << 12;
    private static final int CODE = 1 << 11;

    /** The table that a loader leaves, whose place in memory is the kernel's by now, has the flat segments 8 and 10. */
    private static final int LOADERS_LIMIT = 0x17;

    private static final int NEVER_LOADED = 0xFFFF;

    @Override
    public Optional<String> of(Evidence evidence) {
        return evidence.first().filter(SelectorFault::namesDescriptor).flatMap(fault -> explain(evidence, fault));
    }

    static boolean namesDescriptor(Fault fault) {
        return fault.vector() >= Vector.TS && fault.vector() <= Vector.GP && (fault.errorCode() & ~EXTERNAL) != 0;
    }

    /** Whether an error code names the gate of a vector. */
    static boolean isGate(int errorCode, int vector) {
        return (errorCode & ~EXTERNAL) == 8 * vector + IN_IDT;
    }

    private static Optional<String> explain(Evidence evidence, Fault fault) {
        int code = fault.errorCode();
        int entry = code >> 3;
        // Whether there is a table of gates at all is a question of its own.
        if ((code & IN_IDT) != 0)
            return NoInterruptTable.isMissing(evidence) ? Optional.empty() : gate(evidence, entry);
        boolean local = (code & IN_LDT) != 0;
        Evidence.Table table = local ? evidence.ldt() : evidence.gdt();
        String name = local ? "LDT" : "GDT";
        String what = String.format(
                Locale.ROOT,
                "selector %04x, at %08x, is entry %d of the %s",
                code & 0xFFFC,
                evidence.code(),
                entry,
                name);
        if (local ? table.limit() == Evidence.NONE : isLoaders(table))
            return Optional.of(String.format(Locale.ROOT, "no %s loaded: %s", name, what));
        if (!table.contains(entry))
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%s limit too short: %s, which ends at limit %04x after %d entries",
                    name,
                    what,
                    table.limit(),
                    (table.limit() + 1) / 8));
        return Optional.of(what + ", " + flaw(fault, evidence.word(table.base() + 8 * entry + 4)));
    }

    private static boolean isLoaders(Evidence.Table gdt) {
        return gdt.limit() == LOADERS_LIMIT || gdt.base() == 0 && gdt.limit() == NEVER_LOADED;
    }

    private static Optional<String> gate(Evidence evidence, int vector) {
        String what = String.format(Locale.ROOT, "vector %02x", vector);
        if (!evidence.idt().contains(vector))
            return Optional.of(String.format(
                    Locale.ROOT,
                    "IDT limit too short: %s, and the table ends at limit %04x after %d entries",
                    what,
                    evidence.idt().limit(),
                    (evidence.idt().limit() + 1) / 8));
        int high = evidence.word(evidence.idt().base() + 8 * vector + 4);
        boolean gate = (high & NO_SYSTEM) == 0 && ((high >> 8 & 7) >= 5);
        String flaw = high == 0
                ? "is empty: there is no handler"
                : !gate
                        ? String.format(Locale.ROOT, "is no gate (access byte %02x)", high >> 8 & 0xFF)
                        : (high & PRESENT) == 0
                                ? "is not present"
                                : String.format(
                                        Locale.ROOT,
                                        "has DPL %d, below the caller's level %d",
                                        high >> 13 & 3,
                                        evidence.cpl());
        return Optional.of(String.format(Locale.ROOT, "the IDT's entry for %s %s", what, flaw));
    }

    private static String flaw(Fault fault, int high) {
        if (high == 0) return "which is empty";
        if (fault.vector() == Vector.NP || fault.vector() == Vector.SS && (high & PRESENT) == 0)
            return "which is not present";
        String kind = (high & NO_SYSTEM) == 0
                ? "a system segment or gate"
                : (high & CODE) != 0 ? "a code segment" : "a data segment";
        return String.format(Locale.ROOT, "%s of level %d, and its type or level does not fit", kind, high >> 13 & 3);
    }
}
