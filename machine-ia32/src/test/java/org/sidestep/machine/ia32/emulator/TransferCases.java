package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.LANDING;
import static org.sidestep.machine.ia32.emulator.Layout.SCRATCH;
import static org.sidestep.machine.ia32.emulator.Layout.TEST;
import static org.sidestep.machine.ia32.emulator.Layout.TEST_2;
import static org.sidestep.machine.ia32.emulator.Layout.access;
import static org.sidestep.machine.ia32.emulator.Layout.limit;

import java.util.ArrayList;
import java.util.List;

/** Far jumps, calls and returns: directly, through call gates, to outer levels. */
final class TransferCases {
    private static final int PRESENT = 0x80;
    private static final int CALL_GATE = 12;

    /** Execute-only code, conforming code, data. */
    private static final int[] TARGETS = {0x98, 0x9E, 0x92};

    private static final List<String> BOTH = List.of("far.jmp", "far.call");

    private TransferCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (String snippet : BOTH) direct(cases, snippet);
        for (String snippet : BOTH) for (int type : new int[] {4, 12}) gates(cases, snippet, type);
        stacks(cases);
        for (String snippet : List.of("retf", "iret", "retfw", "iretw", "retf.release")) returns(cases, snippet);
        for (String snippet : List.of("retf", "iret")) outerStacks(cases, snippet);
        return cases;
    }

    private static void direct(List<Case> cases, String snippet) {
        for (int cpl : new int[] {0, 1, 3}) {
            for (int rpl : new int[] {0, 2, 3}) {
                for (int octet = 0; octet < 256; octet++) {
                    String name = "%s: CPL %d, RPL %d, access %02x".formatted(snippet, cpl, rpl, octet);
                    Case c = new Case(name, snippet).level(cpl).poke(SCRATCH, LANDING, TEST | rpl);
                    cases.add(target(c, octet).watch(Layout.CASE_STACK - 4, Layout.CASE_STACK - 8, Layout.TSS + 32));
                }
            }
        }
    }

    /** What makes sense behind each type of descriptor. */
    private static Case target(Case c, int octet) {
        boolean system = (octet & 0x10) == 0;
        int low = switch (system ? octet & 15 : -1) {
            case 4, 12 -> Layout.CODE << 16 | LANDING;
            case 5 -> Layout.TASK_B << 16;
            case 1, 3 -> Layout.TSS_16 << 16 | 0x2B;
            case 9, 11 -> Layout.TSS_B << 16 | 0x67;
            default -> limit(octet);
        };
        return c.descriptor(TEST, low, access(octet));
    }

    private static void gates(List<Case> cases, String snippet, int type) {
        for (int cpl = 0; cpl < 4; cpl++) {
            for (int rpl : new int[] {0, 3}) {
                for (int gateDpl : new int[] {0, 2, 3}) {
                    for (int code : TARGETS) {
                        for (int dpl = 0; dpl < 4; dpl++) {
                            for (int present : new int[] {0, PRESENT}) {
                                int octet = code & ~PRESENT | present | dpl << 5;
                                String name = "%s: CPL %d, RPL %d, gate %d of DPL %d, target %02x"
                                        .formatted(snippet, cpl, rpl, type, gateDpl, octet);
                                int gate = access(PRESENT | gateDpl << 5 | type) | (cpl + dpl & 3);
                                cases.add(new Case(name, snippet)
                                        .level(cpl)
                                        .stack(0x11, 0x22, 0x33)
                                        .poke(SCRATCH, 0x12345678, TEST_2 | rpl)
                                        .descriptor(TEST, limit(octet), access(octet))
                                        .descriptor(TEST_2, (TEST | 2) << 16 | LANDING, gate)
                                        .watch(pushed(cpl, dpl)));
                            }
                        }
                    }
                }
            }
        }
    }

    /** The words that a call through a gate pushes. */
    private static int[] pushed(int cpl, int dpl) {
        int top = dpl >= cpl ? Layout.CASE_STACK - 12 : Layout.STACK_0 + dpl * (Layout.STACK_1 - Layout.STACK_0);
        return new int[] {top - 4, top - 8, top - 12, top - 16, top - 20, top - 24};
    }

    /** Stacks in the TSS that an inward call cannot use. */
    private static void stacks(List<Case> cases) {
        int gate = access(PRESENT | 3 << 5 | CALL_GATE);
        for (int rpl = 0; rpl < 4; rpl++) {
            for (int octet = 0; octet < 256; octet++) {
                String name = "far.call: stack with RPL %d, access %02x".formatted(rpl, octet);
                cases.add(new Case(name, "far.call")
                        .level(3)
                        .poke(SCRATCH, 0, TEST_2)
                        .poke(Layout.TSS + 16, TEST | rpl)
                        .descriptor(TEST, limit(octet), access(octet))
                        .descriptor(TEST_2, (Layout.CODE + 16) << 16 | LANDING, gate));
            }
        }
        for (int selector : new int[] {0, 1, Layout.GDT_LIMIT + 1, 0xFFFD}) {
            cases.add(new Case("far.call: stack selector %04x".formatted(selector), "far.call")
                    .level(3)
                    .poke(SCRATCH, 0, TEST_2)
                    .poke(Layout.TSS + 16, selector)
                    .descriptor(TEST_2, (Layout.CODE + 16) << 16 | LANDING, gate));
        }
    }

    private static void returns(List<Case> cases, String snippet) {
        boolean half = snippet.endsWith("w");
        boolean flags = snippet.startsWith("iret");
        for (int cpl = 0; cpl < 4; cpl++) {
            for (int rpl = 0; rpl < 4; rpl++) {
                for (int type : new int[] {0x9A, 0x9C, 0x92, 0x1A, 0x82}) {
                    for (int dpl = 0; dpl < 4; dpl++) {
                        String name = "%s: CPL %d, RPL %d, target %02x".formatted(snippet, cpl, rpl, type | dpl << 5);
                        Case c = new Case(name, snippet)
                                .level(cpl)
                                .descriptor(TEST, limit(type), access(type | dpl << 5));
                        cases.add(frame(c, half, flags, snippet.equals("retf.release"), TEST | rpl, Layout.data(rpl)));
                    }
                }
            }
        }
    }

    private static Case frame(Case c, boolean half, boolean flags, boolean release, int cs, int ss) {
        int esp = Layout.CASE_STACK - 0x40;
        int eflags = 0x3ED7;
        if (half)
            return flags
                    ? c.stack(LANDING | cs << 16, eflags | esp << 16, ss)
                    : c.stack(LANDING | cs << 16, esp | ss << 16);
        if (flags) return c.stack(LANDING, cs, eflags, esp, ss);
        return release ? c.stack(LANDING, cs, 0x77, 0x88, esp, ss) : c.stack(LANDING, cs, esp, ss);
    }

    private static void outerStacks(List<Case> cases, String snippet) {
        boolean flags = snippet.equals("iret");
        for (int cpl : new int[] {0, 2}) {
            for (int rpl = 2; rpl < 4; rpl++) {
                for (int octet = 0; octet < 256; octet++) {
                    String name =
                            "%s: CPL %d, outer stack with RPL %d, access %02x".formatted(snippet, cpl, rpl, octet);
                    Case c = new Case(name, snippet).level(cpl).descriptor(TEST, limit(octet), access(octet));
                    cases.add(frame(c, false, flags, false, Layout.code(3), TEST | rpl));
                }
            }
        }
    }
}
