package org.sidestep.lab.conformance;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** EFLAGS bits that the manuals leave undefined and on which real processors differ, by opcode (and digit). */
final class UndefinedFlags {
    /** RF, NT, ID: noise of the harness on the host. */
    static final int NOISE = 0x214000;

    private static final String PREFIXES = "66 67 26 2e 36 3e f0 f2 f3";

    private static final Map<String, Integer> MASKS = new LinkedHashMap<>();

    static {
        // spotless:off
        row("0fa4 0fac 0fa5 0fad",         0x811);
        row("0faf 69 6b",                  0x0d4);
        row("0fbc 0fbd",                   0x895);
        row("27 2f",                       0x800);
        row("37 3f",                       0x8c4);
        row("d4 d5",                       0x811);
        row("c0/0 c1/0 d2/0 d3/0",         0x800);
        row("c0/1 c1/1 d2/1 d3/1",         0x800);
        row("c0/2 c1/2 d2/2 d3/2",         0x800);
        row("c0/3 c1/3 d2/3 d3/3",         0x800);
        row("c0/4 c1/4 d2/4 d3/4",         0x811);
        row("c0/5 c1/5 d2/5 d3/5",         0x811);
        row("c0/6 c1/6 d2/6 d3/6",         0x811);
        row("c0/7 c1/7 d2/7 d3/7",         0x811);
        row("d0/4 d0/5 d0/6 d0/7",         0x010);
        row("d1/4 d1/5 d1/6 d1/7",         0x010);
        row("f6/4 f7/4 f6/5 f7/5",         0x0d4);
        row("f6/6 f7/6 f6/7 f7/7",         0x8d5);
        // spotless:on
    }

    private UndefinedFlags() {}

    private static void row(String opcodes, int mask) {
        for (String opcode : opcodes.split(" ")) MASKS.put(opcode, mask);
    }

    /** The bits that one instruction leaves undefined. */
    static int after(byte[] code) {
        int at = 0;
        while (PREFIXES.contains(hex(code[at]))) at++;
        String opcode = hex(code[at]);
        if (opcode.equals("0f")) opcode += hex(code[++at]);
        int digit = at + 1 < code.length ? code[at + 1] >> 3 & 7 : 0;
        return MASKS.getOrDefault(opcode, MASKS.getOrDefault(opcode + "/" + digit, 0));
    }

    private static String hex(byte octet) {
        return String.format(Locale.ROOT, "%02x", octet & 0xFF);
    }
}
