package org.sidestep.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Exceptions and their error codes in words (SDM vol. 3, table 6-1, sections 4.7 and 6.13). */
public final class ExceptionText {

    private static final String[] NAMES = {
        "#DE divide error",
        "#DB debug",
        "NMI",
        "#BP breakpoint",
        "#OF overflow",
        "#BR bound range",
        "#UD invalid opcode",
        "#NM no coprocessor",
        "#DF double fault",
        "coprocessor overrun",
        "#TS invalid TSS",
        "#NP segment not present",
        "#SS stack fault",
        "#GP general protection",
        "#PF page fault",
        "vector 15",
        "#MF floating-point error",
        "#AC alignment check",
        "#MC machine check",
        "#XF SIMD floating-point exception"
    };

    private static final int PAGE_FAULT = 14;
    private static final Set<Integer> OF_SELECTORS = Set.of(10, 11, 12, 13);

    private ExceptionText() {}

    /** The manual's name of an exception. */
    public static String name(int vector) {
        return vector >= 0 && vector < NAMES.length ? NAMES[vector] : "vector " + vector;
    }

    /** What an error code says; empty for a vector that pushes none. */
    public static String error(int vector, int error) {
        if (vector == PAGE_FAULT) return pageFault(error);
        return OF_SELECTORS.contains(vector) ? selector(error) : "";
    }

    private static String pageFault(int error) {
        List<String> parts = new ArrayList<>();
        parts.add((error & 4) != 0 ? "user" : "supervisor");
        parts.add((error & 16) != 0 ? "fetch" : (error & 2) != 0 ? "write" : "read");
        parts.add(
                (error & 8) != 0
                        ? "reserved bit set"
                        : (error & 1) != 0 ? "not allowed by the page" : "page not present");
        return String.join(", ", parts);
    }

    private static String selector(int code) {
        if (code == 0) return "no selector";
        SelectorError error = SelectorError.of(code);
        String entry = error.table() == SelectorError.Table.IDT ? "vector" : "entry";
        String external = error.external() ? ", while an interrupt was delivered" : "";
        return String.format(Locale.ROOT, "%s %s %d%s", error.table(), entry, error.entry(), external);
    }
}
