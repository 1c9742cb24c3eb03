package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.CASE_STACK;
import static org.sidestep.machine.ia32.emulator.Layout.LANDING;
import static org.sidestep.machine.ia32.emulator.Layout.SCRATCH;
import static org.sidestep.machine.ia32.emulator.Layout.TEST_2;
import static org.sidestep.machine.ia32.emulator.Layout.access;

import java.util.ArrayList;
import java.util.List;

/**
 * Single steps and breakpoints: at which instruction the first debug exception comes, and what DR6 says. QEMU knows no
 * general detect and no breakpoints that are not aligned to their length; {@code DebugTest} has those.
 */
final class DebugCases {
    private static final int TF = 0x100;
    private static final int RF = 0x10000;
    private static final List<String> STRINGS = List.of("rep stosb", "rep movsd", "repe cmpsb", "repne scasb");

    private DebugCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (int cpl : new int[] {0, 3}) {
            steps(cases, cpl);
            code(cases, cpl);
            data(cases, cpl);
            ports(cases, cpl);
            for (String snippet : List.of("mov.dr", "mov.dr4")) {
                cases.add(new Case("%s: CPL %d".formatted(snippet, cpl), snippet).level(cpl));
            }
        }
        return cases;
    }

    private static Case step(String snippet, int cpl) {
        return new Case("%s: single step, CPL %d".formatted(snippet, cpl), snippet)
                .level(cpl)
                .ebx(SCRATCH)
                .flags(0x3000 | TF);
    }

    private static void steps(List<Case> cases, int cpl) {
        for (String snippet : STRINGS) cases.add(step(snippet, cpl));
        for (String snippet : List.of("steps", "ud2", "divide", "out", "mov.dr", "pop.ss"))
            cases.add(step(snippet, cpl));
        cases.add(step("mov.ds", cpl).eax(Layout.data(3)));
        cases.add(step("mov.ss", cpl).eax(Layout.data(cpl)));
        for (int image : new int[] {2, TF | 2, 0x3002}) {
            cases.add(step("popf", cpl).stack(image));
            cases.add(new Case("popf: CPL %d, image %x".formatted(cpl, image), "popf")
                    .level(cpl)
                    .stack(image));
            cases.add(new Case("iret: CPL %d, image %x".formatted(cpl, image), "iret")
                    .level(cpl)
                    .poke(Layout.LOW_CODE, 0x9090 | 0xCD << 16 | Layout.END << 24)
                    .stack(Layout.LOW_CODE, Layout.code(cpl), image, CASE_STACK, Layout.data(cpl)));
        }
        cases.add(step("int.inner", cpl).gate(Layout.TEST_VECTOR, Layout.CODE << 16 | LANDING, 0xEE00));
        cases.add(step("far.jmp", cpl).poke(SCRATCH, LANDING, Layout.code(cpl)));
        cases.add(step("far.call", cpl)
                .poke(SCRATCH, LANDING, TEST_2)
                .descriptor(TEST_2, Layout.CODE << 16 | LANDING, access(0xEC)));
    }

    private static void code(List<Case> cases, int cpl) {
        for (int offset = 0; offset < 8; offset++) {
            for (int flags : new int[] {0, RF}) {
                cases.add(new Case("steps: breakpoint at %d, CPL %d, flags %x".formatted(offset, cpl, flags), "steps")
                        .level(cpl)
                        .flags(flags)
                        .ebx(SCRATCH)
                        .breakAt(offset));
            }
        }
        cases.add(new Case("pop.ss: breakpoint behind, CPL %d".formatted(cpl), "pop.ss")
                .level(cpl)
                .breakAt(2));
        for (String snippet : STRINGS) {
            cases.add(new Case("%s: breakpoint, CPL %d".formatted(snippet, cpl), snippet)
                    .level(cpl)
                    .breakAt(15));
        }
    }

    private static void data(List<Case> cases, int cpl) {
        for (int kind : new int[] {1, 3}) {
            for (int length : new int[] {0, 1, 3}) {
                int control = 1 | kind << 16 | length << 18;
                for (int offset = -4; offset < 6; offset++) {
                    if ((offset & length) != 0) continue;
                    for (String snippet : List.of("read", "write", "update")) {
                        String name = "%s: kind %d, length %d, offset %d, CPL %d"
                                .formatted(snippet, kind, length, offset, cpl);
                        cases.add(new Case(name, snippet)
                                .level(cpl)
                                .ebx(SCRATCH + 4)
                                .breakpoint(SCRATCH + 4 + offset, control));
                    }
                }
                String name = ": kind %d, length %d, CPL %d".formatted(kind, length, cpl);
                // QEMU does not survive a data breakpoint that the delivery of an interrupt hits.
                if (cpl == 3)
                    cases.add(new Case("steps" + name, "steps")
                            .level(cpl)
                            .ebx(SCRATCH)
                            .breakpoint(CASE_STACK - 4, control));
                for (String snippet : STRINGS) {
                    cases.add(new Case(snippet + name, snippet).level(cpl).breakpoint(Layout.LOW_CODE + 4, control));
                }
            }
        }
    }

    private static void ports(List<Case> cases, int cpl) {
        for (int port : new int[] {0x7E, 0x80, 0x81}) {
            for (int length : new int[] {0, 1, 3}) {
                if ((port & length) == 0)
                    cases.add(new Case("out: port %x, length %d, CPL %d".formatted(port, length, cpl), "out")
                            .level(cpl)
                            .flags(0x3000)
                            .breakpoint(port, 1 | 2 << 16 | length << 18));
            }
        }
    }
}
