package org.sidestep.machine.ia32.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;

class FloatOracleTest {
    private static final int VECTORS = Integer.getInteger("oracle.float.vectors", 5_000);
    private static final int SEED = Integer.getInteger("oracle.seed", 1);
    private static final int SHOWN = 40;
    private static final int FLAGS = 0x8D5;

    @Test
    void everyFloatingPointInstructionDoesWhatTheHostCpuDoes() throws Exception {
        boolean available = HostCpu.available();
        if (System.getenv("CI") != null)
            assertThat(available).as("gcc -m32 and python3").isTrue();
        assumeTrue(available, "gcc -m32 and python3 are needed");
        List<String> lines = new FloatVectors(SEED).lines(VECTORS);
        Map<String, Words> results = HostCpu.results(lines);
        Ring3 machine = new Ring3();
        List<String> differences = new ArrayList<>();
        int compared = 0;
        for (String line : lines) {
            Words vector = Words.parse(line);
            if (compare(machine, vector, results.get(vector.values().get("id")), differences)) compared++;
        }
        assertThat(differences.subList(0, Math.min(SHOWN, differences.size())))
                .as("seed %d, %d of %d differ", SEED, differences.size(), compared)
                .isEmpty();
        assertThat(compared).isGreaterThan(VECTORS * 3 / 4);
    }

    private static List<Instruction> decode(byte[] code) {
        List<Instruction> instructions = new ArrayList<>();
        Decoder decoder = new Decoder();
        for (int at = 0; at < code.length; ) {
            Instruction instruction = decoder.decode(ByteSource.of(Arrays.copyOf(code, code.length + 16), at), true);
            instructions.add(instruction);
            at += instruction.length;
        }
        return instructions;
    }

    /** False if the vector proves nothing. */
    private static boolean compare(Ring3 machine, Words vector, Words expected, List<String> differences) {
        byte[] code = vector.code();
        List<Instruction> instructions = decode(code);
        boolean inexact = HostDifferences.isTranscendental(instructions);
        if (HostDifferences.isEstimate(instructions)) return false;
        // What follows an inexact result would have to be compared inexactly too.
        if (inexact && !isAlone(instructions)) return false;
        if (inexact && HostDifferences.isOutsideDomain(instructions.get(0), vector.values())) return false;
        byte[][] regions = Ring3.regions(vector, code);
        Ring3.Outcome actual = machine.run(vector, regions);
        for (Map.Entry<Integer, byte[]> change : expected.memory().entrySet()) Ring3.put(regions, change);
        StringBuilder text = new StringBuilder();
        differ(text, "trap", Integer.parseInt(expected.values().get("trap")), actual.trap());
        actual.registers().forEach((name, value) -> {
            int mask = name.equals("eflags") ? FLAGS : -1;
            differ(text, name, expected.hex(name, 0) & mask, value & mask);
        });
        actual.floats().forEach((name, value) -> {
            String wanted = expected.values().get(name);
            if (name.equals("fsw")) {
                int mask = HostDifferences.statusMask(instructions);
                differ(text, name, expected.hex(name, 0) & mask, Integer.parseInt(value, 16) & mask);
            } else if (!value.equals(wanted)) {
                boolean near = inexact && name.startsWith("st") && HostDifferences.isNear(wanted, value);
                if (!near) text.append(" %s is %s, should be %s".formatted(name, value, wanted));
            }
        });
        for (int i = 0; i < regions.length; i++) differ(text, Ring3.REGIONS[i], regions[i], actual.regions()[i]);
        if (text.length() > 0) differences.add(show(vector, instructions) + ":" + text);
        return true;
    }

    private static boolean isAlone(List<Instruction> instructions) {
        return instructions.size() == 1
                || instructions.size() == 2
                        && instructions.get(1).form.mnemonic().equals("fwait");
    }

    private static String show(Words vector, List<Instruction> instructions) {
        StringBuilder text = new StringBuilder();
        for (Instruction instruction : instructions)
            text.append(Disassembler.text(instruction, 0)).append("; ");
        Map<String, String> state = vector.values();
        boolean sse = text.indexOf("xmm") >= 0;
        text.append(
                sse
                        ? "mxcsr=" + state.get("mxcsr")
                        : "fcw=%s fsw=%s ftw=%s".formatted(state.get("fcw"), state.get("fsw"), state.get("ftw")));
        for (int i = 0; i < (sse ? 8 : 4); i++) {
            String name = (sse ? "xmm" : "st") + i;
            text.append(' ').append(name).append('=').append(state.get(name));
        }
        Instruction first = instructions.get(0);
        if (first.base >= 0) {
            byte[] memory = vector.memory().values().iterator().next();
            int at = (first.base == 7 ? 0xC0 : 0x80) + first.displacement;
            text.append(" mem=").append(HexFormat.of().formatHex(memory, at, Math.min(memory.length, at + 16)));
        }
        return text.toString();
    }

    private static void differ(StringBuilder text, String name, int expected, int actual) {
        if (expected != actual) text.append(" %s is %x, should be %x".formatted(name, actual, expected));
    }

    private static void differ(StringBuilder text, int base, byte[] expected, byte[] actual) {
        int at = Arrays.mismatch(expected, actual);
        if (at < 0) return;
        HexFormat hex = HexFormat.of();
        int end = Math.min(expected.length, at + 10);
        text.append(" memory at %x is %s, should be %s"
                .formatted(base + at, hex.formatHex(actual, at, end), hex.formatHex(expected, at, end)));
    }
}
