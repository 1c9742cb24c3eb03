package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.LANDING;
import static org.sidestep.machine.ia32.emulator.Layout.TEST;
import static org.sidestep.machine.ia32.emulator.Layout.TEST_PAGE;
import static org.sidestep.machine.ia32.emulator.Layout.TEST_VECTOR;
import static org.sidestep.machine.ia32.emulator.Layout.access;
import static org.sidestep.machine.ia32.emulator.Layout.limit;

import java.util.ArrayList;
import java.util.List;

/** Interrupts and exceptions through every kind of gate, and what goes wrong while they are delivered. */
final class InterruptCases {
    private static final int GATE_32 = 0xEE;
    private static final int UD = 6;
    private static final int INNER = 0x100;

    private InterruptCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        gates(cases, "int", TEST_VECTOR);
        gates(cases, "ud2", UD);
        gates(cases, "int3", 3);
        targets(cases, "int", TEST_VECTOR);
        targets(cases, "ud2", UD);
        stacks(cases);
        nested(cases);
        flags(cases);
        return cases;
    }

    private static void gates(List<Case> cases, String snippet, int vector) {
        for (int cpl : new int[] {0, 1, 3}) {
            for (int octet = 0; octet < 256; octet++) {
                int selector = (octet & 0x1F) == 5 ? Layout.TASK_B : Layout.CODE;
                cases.add(new Case("%s: CPL %d, gate %02x".formatted(snippet, cpl, octet), snippet)
                        .level(cpl)
                        .flags(0x200)
                        .gate(vector, selector << 16 | LANDING, octet << 8)
                        .watch(Layout.STACK_0 - 12, Layout.STACK_0 - 20, Layout.CASE_STACK - 4));
            }
        }
    }

    private static void targets(List<Case> cases, String snippet, int vector) {
        for (int cpl = 0; cpl < 4; cpl++) {
            for (int gate : new int[] {GATE_32, GATE_32 | 1, GATE_32 & ~8, GATE_32 & ~8 | 1}) {
                for (int code : new int[] {0x9A, 0x98, 0x9E, 0x92, 0x1A}) {
                    for (int dpl = 0; dpl < 4; dpl++) {
                        int octet = code | dpl << 5;
                        cases.add(new Case(
                                        "%s: CPL %d, gate %02x, target %02x".formatted(snippet, cpl, gate, octet),
                                        snippet)
                                .level(cpl)
                                .flags(0x200)
                                .gate(vector, TEST << 16 | LANDING, gate << 8)
                                .descriptor(TEST, limit(octet), access(octet))
                                .watch(
                                        Layout.STACK_1 - 4,
                                        Layout.STACK_1 - 20,
                                        Layout.STACK_2 - 4,
                                        Layout.STACK_2 - 20));
                    }
                }
            }
        }
    }

    /** Stacks that the TSS gives for level 0 and level 1: the first fails for every further exception too. */
    private static void stacks(List<Case> cases) {
        for (int level = 0; level < 2; level++) {
            for (int rpl = 0; rpl < 4; rpl++) {
                for (int octet = 0; octet < 256; octet++) {
                    Case c = new Case(
                            "ud2: stack of level %d with RPL %d, access %02x".formatted(level, rpl, octet), "ud2");
                    cases.add(c.level(3)
                            .gate(UD, Layout.code(level) << 16 | LANDING, GATE_32 << 8)
                            .poke(Layout.TSS + 8 + 8 * level, TEST | rpl)
                            .descriptor(TEST, limit(octet), access(octet))
                            .watch(Layout.TSS + 32, Layout.TSS + 56));
                }
            }
        }
    }

    private record First(String snippet, int vector, int ebx) {}

    /** Every class of exception, with every class of failure when it is delivered to level 1. */
    private static void nested(List<Case> cases) {
        First[] firsts = {
            new First("ud2", UD, 0),
            new First("int3", 3, 0),
            new First("divide", 0, 0),
            new First("mov.ds", 13, 0),
            new First("read", 14, TEST_PAGE + 0x1000),
            new First("int", TEST_VECTOR, 0)
        };
        for (First first : firsts) {
            for (int cr0 : new int[] {Layout.PAGED, Layout.PAGED | Layout.WRITE_PROTECT}) {
                for (int rights = 0; rights < 8; rights++) cases.add(stackPage(first, cr0, rights));
            }
            cases.add(inner(first, "no stack segment").poke(Layout.TSS + 16, 0));
            cases.add(inner(first, "absent stack segment")
                    .poke(Layout.TSS + 16, TEST | 1)
                    .descriptor(TEST, 0xFFFF, access(0x33)));
            cases.add(inner(first, "no code segment").gate(first.vector, LANDING, GATE_32 << 8));
            cases.add(inner(first, "absent code segment")
                    .gate(first.vector, TEST << 16 | LANDING, GATE_32 << 8)
                    .descriptor(TEST, 0xFFFF, access(0x1B)));
            cases.add(inner(first, "absent gate").gate(first.vector, 0, GATE_32 << 8 & ~0x8000));
            cases.add(inner(first, "no gate").gate(first.vector, 0, 0));
            cases.add(inner(first, "absent task")
                    .gate(first.vector, TEST << 16, 0xE500)
                    .descriptor(TEST, 0x67, access(9)));
            cases.add(inner(first, "small task")
                    .gate(first.vector, TEST << 16, 0xE500)
                    .descriptor(TEST, 0x66, access(0x89)));
            cases.add(inner(first, "task without data segment")
                    .gate(first.vector, Layout.TASK_B << 16, 0xE500)
                    .poke(Layout.TSS_B + 84, 0x1F0)
                    .watch(Layout.TSS_B + 32));
        }
    }

    private static Case stackPage(First first, int cr0, int rights) {
        return inner(first, "CR0 %08x, stack page %x".formatted(cr0, rights))
                .cr0(cr0)
                .poke(Layout.TSS + 12, TEST_PAGE + INNER)
                .poke(Layout.TEST_TABLE, Layout.TEST_FRAME | rights)
                .watch(Layout.TEST_TABLE);
    }

    private static Case inner(First first, String problem) {
        return new Case("%s: %s".formatted(first.snippet, problem), first.snippet)
                .level(3)
                .cr0(Layout.PAGED)
                .eax(0x1F3)
                .ebx(first.ebx)
                .gate(first.vector, Layout.code(1) << 16 | LANDING, GATE_32 << 8)
                .watch(Layout.TSS + 32, Layout.TSS + 36);
    }

    /** Who may change which flags. */
    private static void flags(List<Case> cases) {
        for (int cpl = 0; cpl < 4; cpl++) {
            for (int iopl = 0; iopl < 4; iopl++) {
                for (int image : new int[] {0x3F7ED7, 0x0, 0x243FD7 & ~0x100, 0x3200}) {
                    for (String snippet : List.of("popf", "popfw")) {
                        cases.add(
                                new Case("%s: CPL %d, IOPL %d, image %x".formatted(snippet, cpl, iopl, image), snippet)
                                        .level(cpl)
                                        .flags(iopl << 12)
                                        .stack(image));
                    }
                    if (cpl == 0 || (image & 0x4000) == 0) {
                        cases.add(new Case("iret: CPL %d, IOPL %d, image %x".formatted(cpl, iopl, image), "iret")
                                .level(cpl)
                                .flags(iopl << 12)
                                .stack(
                                        LANDING,
                                        Layout.code(cpl),
                                        image & ~0x20000,
                                        Layout.CASE_STACK,
                                        Layout.data(cpl)));
                    }
                }
            }
        }
    }
}
