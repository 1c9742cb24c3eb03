package org.sidestep.machine.ia32.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One case: what to change in memory, in which state to start which piece of code, and which words of memory to record
 * afterwards. The case ends with its first fault, or with {@link Layout#END}.
 */
final class Case {
    static final int MOST_WATCHES = 8;
    private static final int VM = 1 << 17;

    final String name;
    private final String snippet;
    private final List<Integer> pokes = new ArrayList<>();
    private final List<Integer> watches = new ArrayList<>();
    private final int[] registers = {0xA0A0A0A0, 0xB0B0B0B0, 0xC0C0C0C0, 0xD0D0D0D0};
    private int cs = Layout.code(0);
    private int ss = Layout.data(0);
    private int esp = Layout.CASE_STACK;
    private int eip;
    private int eflags = 2;
    private int cr0 = Layout.PROTECTED;
    private int breakpoint;
    private boolean breaksAtCode;
    private int dr7;

    /** @param snippet label of the code to run */
    Case(String name, String snippet) {
        this.name = name;
        this.snippet = snippet;
    }

    boolean runs(String label) {
        return snippet.equals(label);
    }

    Case level(int cpl) {
        cs = Layout.code(cpl);
        ss = Layout.data(cpl);
        return this;
    }

    /** Starts in virtual-8086 mode, at {@link Layout#LOW_CODE} in segment 0. */
    Case virtual(int flags) {
        cs = 0;
        ss = 0;
        eip = Layout.LOW_CODE;
        eflags = 2 | VM | flags;
        return this;
    }

    Case flags(int value) {
        eflags = value | 2;
        return this;
    }

    Case cr0(int value) {
        cr0 = value;
        return this;
    }

    /** DR0 and DR7. */
    Case breakpoint(int address, int control) {
        breakpoint = address;
        dr7 = control;
        return this;
    }

    /** An instruction breakpoint {@code offset} bytes behind the start of the snippet. */
    Case breakAt(int offset) {
        breaksAtCode = true;
        return breakpoint(offset, 1);
    }

    Case eax(int value) {
        registers[0] = value;
        return this;
    }

    Case ebx(int value) {
        registers[1] = value;
        return this;
    }

    Case poke(int address, int... values) {
        for (int i = 0; i < values.length; i++) {
            pokes.add(address + 4 * i);
            pokes.add(values[i]);
        }
        return this;
    }

    Case descriptor(int selector, int low, int high) {
        return poke(Layout.GDT + (selector & ~7), low, high).watch(Layout.GDT + (selector & ~7) + 4);
    }

    Case gate(int vector, int low, int high) {
        return poke(Layout.IDT + 8 * vector, low, high);
    }

    /** Pushes words, the last one first, so that the first is at the top of the stack. */
    Case stack(int... words) {
        esp -= 4 * words.length;
        return poke(esp, words);
    }

    Case watch(int... addresses) {
        for (int address : addresses) watches.add(address);
        if (watches.size() > MOST_WATCHES) throw new IllegalStateException("too many watches: " + name);
        return this;
    }

    /** The case as {@link CaseImage} reads it. */
    List<Integer> words(Map<String, Integer> labels) {
        List<Integer> words = new ArrayList<>();
        words.add(pokes.size() / 2);
        words.addAll(pokes);
        int start = eip != 0 ? eip : labels.get(snippet);
        words.addAll(List.of(start, cs, eflags, esp, ss, cr0, breaksAtCode ? start + breakpoint : breakpoint, dr7));
        for (int register : registers) words.add(register);
        words.add(watches.size());
        words.addAll(watches);
        return words;
    }
}
