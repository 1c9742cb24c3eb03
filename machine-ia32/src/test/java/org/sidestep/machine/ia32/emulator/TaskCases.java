package org.sidestep.machine.ia32.emulator;

import static org.sidestep.machine.ia32.emulator.Layout.SCRATCH;
import static org.sidestep.machine.ia32.emulator.Layout.TASK_B;
import static org.sidestep.machine.ia32.emulator.Layout.TEST;
import static org.sidestep.machine.ia32.emulator.Layout.TEST_PAGE;
import static org.sidestep.machine.ia32.emulator.Layout.TSS_B;
import static org.sidestep.machine.ia32.emulator.Layout.access;
import static org.sidestep.machine.ia32.emulator.Layout.limit;

import java.util.ArrayList;
import java.util.List;

/** Task switches by jump, call, interrupt, exception and IRET, to tasks of all kinds in every state. */
final class TaskCases {
    private static final int NT = 0x4000;
    private static final int TASK_GATE = 0xE5;
    private static final int BUSY = 0x8B;
    private static final int VM = 1 << 17;
    private static final int[] SAVED = {Layout.TSS, Layout.TSS + 32, Layout.TSS + 36, Layout.TSS + 56, Layout.TSS + 76};

    private TaskCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (String snippet : List.of("far.jmp", "far.call", "int", "mov.ds")) ways(cases, snippet);
        for (int level : new int[] {0, 3}) segments(cases, level);
        limits(cases);
        returns(cases);
        roundTrips(cases);
        innerStacks16(cases);
        virtual(cases);
        paging(cases);
        return cases;
    }

    /** One way into a task whose selector stands in a gate, or (for jumps and calls) is used directly. */
    private static Case into(String snippet, int selector, String name) {
        Case c = new Case(snippet + ": " + name, snippet).eax(0x1F3).poke(SCRATCH, 0, selector);
        if (snippet.equals("int")) c.gate(Layout.TEST_VECTOR, selector << 16, TASK_GATE << 8);
        if (snippet.equals("mov.ds")) c.gate(13, selector << 16, TASK_GATE << 8);
        return c;
    }

    private static void ways(List<Case> cases, String snippet) {
        for (int cpl : new int[] {0, 3}) {
            int[] selectors = {
                TASK_B, Layout.TASK_16, Layout.MAIN_TASK, 0, 4, 0xC, Layout.GDT_LIMIT + 1, TASK_B | 4, TASK_B | 3
            };
            for (int selector : selectors) {
                String name = "CPL %d, selector %x".formatted(cpl, selector);
                cases.add(into(snippet, selector, name)
                        .level(cpl)
                        .flags(0x3000)
                        .watch(SAVED)
                        .watch(TSS_B, Layout.GDT + Layout.MAIN_TASK + 4, Layout.GDT + TASK_B + 4));
            }
        }
    }

    /** A new task of a level, with something else in each of its selectors. */
    private static void segments(List<Case> cases, int level) {
        String[] fields = {"es", "cs", "ss", "ds", "fs", "gs", "ldt"};
        for (int field = 0; field < fields.length; field++) {
            for (int rpl : new int[] {0, 3}) {
                for (int octet = 0; octet < 256; octet++) {
                    String name =
                            "task of level %d, %s with RPL %d, access %02x".formatted(level, fields[field], rpl, octet);
                    cases.add(task(level, name)
                            .poke(TSS_B + 72 + 4 * field, TEST | rpl)
                            .descriptor(TEST, limit(octet), access(octet)));
                }
            }
            for (int selector : new int[] {0, 3, Layout.GDT_LIMIT + 1, 0xC, 0xF, 0x17}) {
                String name = "task of level %d, %s %04x".formatted(level, fields[field], selector);
                cases.add(task(level, name).poke(TSS_B + 72 + 4 * field, selector));
            }
        }
    }

    /** Its faults are handled by tasks, since it may have no stack of its own (SDM vol. 3, section 6.15, "Invalid TSS"). */
    private static Case task(int level, String name) {
        Case c = into("far.jmp", TASK_B, name);
        for (int vector = 10; vector <= 13; vector++) c.gate(vector, Layout.faultTask(vector) << 16, TASK_GATE << 8);
        return c.poke(TSS_B + 76, Layout.code(level), Layout.data(level))
                .watch(TSS_B + 32, TSS_B + 36, TSS_B + 80, Layout.GDT + TASK_B + 4, Layout.TASK_STACK_0 - 20);
    }

    private static void limits(List<Case> cases) {
        for (int size : new int[] {0x2A, 0x2B, 0x2C, 0x66, 0x67, 0x68, 0xFFFF}) {
            for (int type : new int[] {0x81, 0x83, 0x89, 0x8B, 0x01, 0x09}) {
                int base = (type & 8) != 0 ? TSS_B : Layout.TSS_16;
                for (String snippet : List.of("far.jmp", "int")) {
                    String name = "TSS %02x, limit %x".formatted(type, size);
                    cases.add(into(snippet, TEST, name)
                            .descriptor(TEST, base << 16 | size, access(type))
                            .watch(SAVED));
                }
            }
        }
    }

    /** IRET with NT: any back link. */
    private static void returns(List<Case> cases) {
        for (int cpl : new int[] {0, 3}) {
            for (int octet = 0; octet < 256; octet++) {
                int base = (octet & 8) != 0 ? TSS_B : Layout.TSS_16;
                cases.add(back(cpl, TEST, "access %02x".formatted(octet))
                        .descriptor(TEST, base << 16 | 0x67, access(octet)));
            }
            for (int selector : new int[] {0, 3, 0xC, Layout.GDT_LIMIT + 1, TASK_B}) {
                cases.add(back(cpl, selector, "selector %x".formatted(selector)));
            }
        }
    }

    private static Case back(int cpl, int link, String name) {
        return new Case("iret: CPL %d, back link %s".formatted(cpl, name), "iret")
                .level(cpl)
                .flags(NT)
                .poke(Layout.TSS, link)
                .watch(Layout.TSS, Layout.TSS + 32, Layout.TSS + 36, Layout.GDT + Layout.MAIN_TASK + 4);
    }

    /** To a task that returns, and once more to where it went on then. */
    private static void roundTrips(List<Case> cases) {
        int iretThenEnd = 0xCDCF | Layout.END << 16;
        for (int selector : new int[] {TASK_B, Layout.TASK_16}) {
            for (String snippet : List.of("far.call", "far.call.twice", "int", "far.jmp")) {
                int eip = selector == TASK_B ? TSS_B + 32 : Layout.TSS_16 + 14;
                cases.add(into(snippet, selector, "there and back, task %x".formatted(selector))
                        .flags(0xA03)
                        .poke(Layout.LOW_CODE, iretThenEnd)
                        .poke(eip, selector == TASK_B ? Layout.LOW_CODE : Layout.LOW_CODE | 2 << 16)
                        .watch(SAVED)
                        .watch(eip, Layout.GDT + selector + 4, Layout.GDT + Layout.MAIN_TASK + 4));
            }
        }
    }

    /** A 16-bit task of an outer level, which needs the stacks of its TSS. */
    private static void innerStacks16(List<Case> cases) {
        for (int level = 1; level < 4; level++) {
            for (int stack : new int[] {Layout.DATA, Layout.DATA | 1, 0, TASK_B}) {
                int sp0 = Layout.TASK_STACK_0;
                cases.add(into(
                                "far.jmp",
                                Layout.TASK_16,
                                "16-bit task of level %d, inner stack %x".formatted(level, stack))
                        .poke(Layout.TSS_16, sp0 << 16, stack)
                        .poke(Layout.TSS_16 + 36, Layout.code(level) | Layout.data(level) << 16)
                        .watch(sp0 - 4, sp0 - 8, sp0 - 20));
            }
        }
    }

    /** Tasks in virtual-8086 mode. */
    private static void virtual(List<Case> cases) {
        for (int iopl = 0; iopl < 4; iopl++) {
            cases.add(into("far.call", TASK_B, "virtual-8086 task with IOPL " + iopl)
                    .poke(TSS_B + 36, VM | iopl << 12 | 2)
                    .poke(TSS_B + 72, 0x1234, 0, 0x800, 0x5678, 0x9ABC, 0xDEF0)
                    .poke(TSS_B + 56, 0x800)
                    .watch(TSS_B, Layout.TASK_STACK_0 - 4, Layout.TASK_STACK_0 - 20));
        }
    }

    /** TSSs in pages that are absent or read-only. */
    private static void paging(List<Case> cases) {
        for (int rights = 0; rights < 8; rights++) {
            for (int cr0 : new int[] {Layout.PAGED, Layout.PAGED | Layout.WRITE_PROTECT}) {
                String name = "CR0 %08x, page of the TSS %x".formatted(cr0, rights);
                Case c = into("far.call", TEST, name)
                        .cr0(cr0)
                        .poke(Layout.TEST_TABLE, TSS_B & ~0xFFF | rights)
                        .descriptor(TEST, TSS_B << 16 & 0x0FFF0000 | 0x67, access(0x89) | TEST_PAGE >>> 16);
                cases.add(c.watch(Layout.TEST_TABLE, Layout.GDT + Layout.MAIN_TASK + 4));
            }
        }
    }
}
