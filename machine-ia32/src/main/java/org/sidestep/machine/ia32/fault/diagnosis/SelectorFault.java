package org.sidestep.machine.ia32.fault.diagnosis;

import java.util.Locale;
import java.util.Optional;
import org.sidestep.isa.SelectorError;
import org.sidestep.isa.SelectorError.Table;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fault.Vector;

/** The exception's error code names a descriptor (SDM vol. 3, section 6.13): which one, and what is wrong with it. */
final class SelectorFault implements Diagnosis {
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
        return fault.vector() >= Vector.TS
                && fault.vector() <= Vector.GP
                && !SelectorError.of(fault.errorCode()).isNone();
    }

    private static Optional<String> explain(Evidence evidence, Fault fault) {
        SelectorError error = SelectorError.of(fault.errorCode());
        if (error.table() == Table.IDT) {
            // Whether there is a table of gates at all is a question of its own.
            return NoInterruptTable.isMissing(evidence) ? Optional.empty() : Optional.of(gate(evidence, error.entry()));
        }
        return Optional.of(segment(evidence, fault, error));
    }

    private static String segment(Evidence evidence, Fault fault, SelectorError error) {
        boolean local = error.table() == Table.LDT;
        Evidence.Table table = local ? evidence.ldt() : evidence.gdt();
        String what = String.format(
                Locale.ROOT,
                "selector %04x, at %08x, is entry %d of the %s",
                fault.errorCode() & 0xFFFC,
                evidence.code(),
                error.entry(),
                error.table());
        if (local ? table.limit() == Evidence.NONE : isLoaders(table)) {
            return String.format(Locale.ROOT, "no %s loaded: %s", error.table(), what);
        }
        if (!table.contains(error.entry())) {
            return String.format(
                    Locale.ROOT,
                    "%s limit too short: %s, which ends at limit %04x after %d entries",
                    error.table(),
                    what,
                    table.limit(),
                    (table.limit() + 1) / 8);
        }
        return what + ", " + flaw(fault, evidence.word(table.base() + 8 * error.entry() + 4));
    }

    private static boolean isLoaders(Evidence.Table gdt) {
        return gdt.limit() == LOADERS_LIMIT || gdt.base() == 0 && gdt.limit() == NEVER_LOADED;
    }

    private static String gate(Evidence evidence, int vector) {
        if (!evidence.idt().contains(vector)) {
            return String.format(
                    Locale.ROOT,
                    "IDT limit too short: vector %02x, and the table ends at limit %04x after %d entries",
                    vector,
                    evidence.idt().limit(),
                    (evidence.idt().limit() + 1) / 8);
        }
        int high = evidence.word(evidence.idt().base() + 8 * vector + 4);
        return String.format(Locale.ROOT, "the IDT's entry for vector %02x %s", vector, gateFlaw(high, evidence.cpl()));
    }

    private static String gateFlaw(int high, int cpl) {
        if (high == 0) return "is empty: there is no handler";
        boolean gate = (high & NO_SYSTEM) == 0 && (high >> 8 & 7) >= 5;
        if (!gate) return String.format(Locale.ROOT, "is no gate (access byte %02x)", high >> 8 & 0xFF);
        if ((high & PRESENT) == 0) return "is not present";
        return String.format(Locale.ROOT, "has DPL %d, below the caller's level %d", high >> 13 & 3, cpl);
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
