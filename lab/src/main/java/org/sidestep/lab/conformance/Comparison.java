package org.sidestep.lab.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;

/** One fragment on a machine, held against what the host's processor made of it. */
final class Comparison {
    /** In page-fault error codes: some hosts tell fetches apart. */
    private static final int FETCH = 0x10;

    /** In page-fault error codes: outside the regions, the host has other pages than this machine, or has them lazily. */
    private static final int PRESENT = 1;

    /**
     * Where the oracle's program lies in memory, with its heap up to 32 MB behind it, and its stack: fragments that touch
     * them prove nothing.
     */
    private static final int PROGRAM = 0x08000000;

    private static final int PROGRAM_END = 0x0B000000;
    private static final int HOST_STACK = 0xF0000000;
    private static final int SHOWN_BYTES = 16;
    private static final int PAGE_FAULT = 14;

    private final Words vector;
    private final Words expected;
    private final boolean isIntels;
    private final byte[] code;
    private final List<Instruction> instructions;
    private final StringBuilder text = new StringBuilder();

    private Comparison(Words vector, Words expected, boolean isIntels) {
        this.isIntels = isIntels;
        this.vector = vector;
        this.expected = expected;
        code = vector.code();
        instructions = decode(code);
    }

    /** What comparing has shown. */
    enum Verdict {
        AGREES,
        DIFFERS,
        /** The fragment depends on the host, has no end, or its result is not exactly defined. */
        PROVES_NOTHING
    }

    /** @param text of a difference: the fragment and both states */
    record Result(Verdict verdict, String text) {}

    /** @param isIntels whether the host's processor is */
    static Result of(Ring3 machine, Words vector, Words expected, boolean isIntels) {
        return new Comparison(vector, expected, isIntels).run(machine);
    }

    private static List<Instruction> decode(byte[] code) {
        List<Instruction> instructions = new ArrayList<>();
        Decoder decoder = new Decoder();
        byte[] padded = Arrays.copyOf(code, code.length + 16);
        for (int at = 0; at < code.length; ) {
            Instruction instruction = decoder.decode(ByteSource.of(padded, at), true);
            instructions.add(instruction);
            // An undefined one, which ends the fragment, has no length.
            if (isUndefined(instruction)) return instructions;
            at += instruction.length;
        }
        return instructions;
    }

    private static boolean isUndefined(Instruction instruction) {
        return instruction == Decoder.UNDEFINED || instruction == Decoder.TOO_LONG;
    }

    private boolean isOtherVendors(Ring3.Outcome actual) {
        boolean faults =
                actual.trap() == PAGE_FAULT || expected.values().get("trap").equals(String.valueOf(PAGE_FAULT));
        return !isIntels && HostDifferences.isIntelsAlone(instructions, faults);
    }

    private Result run(Ring3 machine) {
        Result nothing = new Result(Verdict.PROVES_NOTHING, "");
        if (expected.values().get("trap").equals("timeout") || executesData() || isInexactInParts()) return nothing;
        byte[][] regions = Ring3.regions(vector, code);
        Optional<Ring3.Outcome> outcome = machine.run(vector, regions);
        if (outcome.isEmpty()) return new Result(Verdict.DIFFERS, show() + "\n  it does not end here");
        Ring3.Outcome actual = outcome.get();
        if (isOracle(actual.cr2()) || isOtherVendors(actual)) return nothing;
        for (Map.Entry<Integer, byte[]> change : expected.memory().entrySet()) Ring3.put(regions, change);
        compareException(actual);
        actual.registers().forEach((name, value) -> {
            int mask = name.equals("eflags") ? ~(UndefinedFlags.NOISE | undefinedFlags()) : -1;
            differ(name, expected.hex(name, 0) & mask, value & mask);
        });
        if (expected.values().containsKey("fcw")) actual.floats().forEach(this::compareFloat);
        for (int i = 0; i < regions.length; i++) differ(Ring3.REGIONS[i], regions[i], actual.regions()[i]);
        return text.isEmpty() ? new Result(Verdict.AGREES, "") : new Result(Verdict.DIFFERS, show() + text);
    }

    /** Hosts of today can keep code from being executed. */
    private boolean executesData() {
        boolean fetch = (expected.hex("err", 0) & FETCH) != 0;
        int target = expected.hex("cr2", 0);
        return fetch && (Ring3.inRegion(target) || target >>> 12 == Ring3.READ_ONLY >>> 12);
    }

    /** What follows an inexact result would have to be compared inexactly too. */
    private boolean isInexactInParts() {
        if (HostDifferences.isEstimate(instructions)) return true;
        if (!HostDifferences.isTranscendental(instructions)) return false;
        boolean alone = instructions.size() == 1
                || instructions.size() == 2
                        && instructions.get(1).form.mnemonic().equals("fwait");
        return !alone || HostDifferences.isOutsideDomain(instructions.get(0), vector.values());
    }

    private void compareException(Ring3.Outcome actual) {
        differ("trap", Integer.parseInt(expected.values().get("trap")), actual.trap());
        int errorMask = ~(FETCH | (Ring3.inRegion(actual.cr2()) ? 0 : PRESENT));
        differ("err", expected.hex("err", 0) & errorMask, actual.error() & errorMask);
        int within = HostDifferences.addressMask(instructions);
        differ("cr2", expected.hex("cr2", 0) & within, actual.cr2() & within);
    }

    private int undefinedFlags() {
        int flags = 0;
        int at = 0;
        for (Instruction instruction : instructions) {
            if (isUndefined(instruction)) break;
            flags |= UndefinedFlags.after(Arrays.copyOfRange(code, at, Math.min(code.length, at + instruction.length)));
            at += instruction.length;
        }
        return flags;
    }

    private void compareFloat(String name, String value) {
        String wanted = expected.values().get(name);
        if (name.equals("fsw")) {
            int mask = HostDifferences.statusMask(instructions);
            differ(name, expected.hex(name, 0) & mask, Integer.parseInt(value, 16) & mask);
        } else if (!value.equals(wanted)) {
            boolean inexact = HostDifferences.isTranscendental(instructions) && name.startsWith("st");
            if (!inexact || !HostDifferences.isNear(wanted, value)) add(name, wanted, value);
        }
    }

    private void differ(String name, int wanted, int value) {
        if (wanted != value)
            add(name, String.format(Locale.ROOT, "%08x", wanted), String.format(Locale.ROOT, "%08x", value));
    }

    private void differ(int base, byte[] wanted, byte[] value) {
        int at = Arrays.mismatch(wanted, value);
        if (at < 0) return;
        HexFormat hex = HexFormat.of();
        int end = Math.min(wanted.length, at + SHOWN_BYTES);
        add(
                String.format(Locale.ROOT, "memory at %08x", base + at),
                hex.formatHex(wanted, at, end),
                hex.formatHex(value, at, end));
    }

    private void add(String name, String wanted, String value) {
        text.append(String.format(Locale.ROOT, "\n  %s: host %s, here %s", name, wanted, value));
    }

    /** The fragment with the state in which it began. */
    private String show() {
        StringBuilder fragment = new StringBuilder(vector.values().get("id") + ":");
        int address = Ring3.CODE;
        for (Instruction instruction : instructions) {
            fragment.append(' ').append(Disassembler.text(instruction, address)).append(';');
            address += instruction.length;
        }
        fragment.append("\n  began with");
        vector.values().forEach((name, value) -> fragment.append(String.format(Locale.ROOT, " %s=%s", name, value)));
        for (Map.Entry<Integer, byte[]> memory : vector.memory().entrySet()) {
            fragment.append(String.format(
                    Locale.ROOT, " mem=%x:%s", memory.getKey(), HexFormat.of().formatHex(memory.getValue())));
        }
        return fragment.toString();
    }

    private static boolean isOracle(int linear) {
        return linear >= PROGRAM && linear < PROGRAM_END || Integer.compareUnsigned(linear, HOST_STACK) >= 0;
    }
}
