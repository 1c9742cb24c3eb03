package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.TEST;
import static org.sidestep.machine.ia32.emulator.Layout.access;
import static org.sidestep.machine.ia32.emulator.Layout.limit;

import java.util.ArrayList;
import java.util.List;

/** Loading segment registers and asking about descriptors: every type, level and presence. */
final class SegmentCases {
    private static final int LOCAL = 4;

    private SegmentCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        loads(cases, "mov.ds", List.of(0, 3));
        loads(cases, "mov.ss", List.of(0, 1));
        loads(cases, "mov.gs", List.of(2));
        loads(cases, "query", List.of(0, 3));
        for (String snippet : List.of("mov.es", "mov.ss", "mov.fs", "query", "lldt", "ltr")) selectors(cases, snippet);
        for (String snippet : List.of("lldt", "ltr")) loads(cases, snippet, List.of(0));
        return cases;
    }

    private static void loads(List<Case> cases, String snippet, List<Integer> levels) {
        for (int cpl : levels) {
            for (int rpl = 0; rpl < 4; rpl++) {
                for (int octet = 0; octet < 256; octet++) {
                    String name = "%s: CPL %d, RPL %d, access %02x".formatted(snippet, cpl, rpl, octet);
                    cases.add(new Case(name, snippet)
                            .level(cpl)
                            .eax(TEST | rpl)
                            .ebx(0)
                            .descriptor(TEST, limit(octet), access(octet)));
                }
            }
        }
    }

    /** Null selectors, selectors outside their table, selectors of the local table. */
    private static void selectors(List<Case> cases, String snippet) {
        int beyond = Layout.GDT_LIMIT + 1;
        int beyondLocal = Layout.LDT_LIMIT + 1 | LOCAL;
        for (int cpl : new int[] {0, 3}) {
            for (int selector :
                    new int[] {0, 1, 3, beyond, beyond | 3, beyondLocal, LOCAL, 8 | LOCAL | 3, 16 | LOCAL | 3, 0xFFFF
                    }) {
                String name = "%s: CPL %d, selector %04x".formatted(snippet, cpl, selector);
                cases.add(new Case(name, snippet).level(cpl).eax(selector).ebx(0));
            }
        }
    }
}
