package org.sidestep.machine.ia32.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;

class OracleTest {
    private static final int VECTORS = Integer.getInteger("oracle.vectors", 20_000);
    private static final int SEED = Integer.getInteger("oracle.seed", 1);
    private static final int SHOWN = 40;

    /** In page-fault error codes: some hosts tell fetches apart. */
    private static final int FETCH = 0x10;

    /** In page-fault error codes: outside the regions, the host has other pages than this machine, or has them lazily. */
    private static final int PRESENT = 1;

    /** Where the oracle's program lies in memory, and its stack: vectors that touch them prove nothing. */
    private static final int PROGRAM = 0x08000000;

    private static final int PROGRAM_END = 0x08800000;
    private static final int STACK = 0xF0000000;

    @Test
    void everyInstructionDoesWhatTheHostCpuDoes() throws Exception {
        boolean available = HostCpu.available();
        if (System.getenv("CI") != null)
            assertThat(available).as("gcc -m32 and python3").isTrue();
        assumeTrue(available, "gcc -m32 and python3 are needed");
        List<String> vectors = HostCpu.vectors(VECTORS, SEED);
        Map<String, Words> results = HostCpu.results(vectors);
        assertThat(results.size()).as("results").isGreaterThan(vectors.size() * 99 / 100);
        Ring3 machine = new Ring3();
        List<String> differences = new ArrayList<>();
        for (String line : vectors) {
            Words vector = Words.parse(line);
            Words result = results.get(vector.values().get("id"));
            if (result != null) compare(machine, vector, result, differences);
        }
        assertThat(differences.subList(0, Math.min(SHOWN, differences.size())))
                .as("seed %d, %d of %d differ", SEED, differences.size(), vectors.size())
                .isEmpty();
    }

    private static void compare(Ring3 machine, Words vector, Words expected, List<String> differences) {
        byte[] code = vector.code();
        // A branch to itself, which the oracle gives up on.
        if (expected.values().get("trap").equals("timeout")) return;
        byte[][] regions = Ring3.regions(vector, code);
        Ring3.Outcome actual = machine.run(vector, regions);
        if (actual == null) {
            // LOOP to itself with a large ECX.
            if (code[code.length - 1] != -2) differences.add(vector.values() + " does not end");
            return;
        }
        if (isOracle(actual.cr2())) return;
        for (Map.Entry<Integer, byte[]> change : expected.memory().entrySet()) Ring3.put(regions, change);
        StringBuilder text = new StringBuilder();
        differ(text, "trap", Integer.parseInt(expected.values().get("trap")), actual.trap());
        int errorMask = ~(FETCH | (Ring3.inRegion(actual.cr2()) ? 0 : PRESENT));
        differ(text, "err", expected.hex("err", 0) & errorMask, actual.error() & errorMask);
        differ(text, "cr2", expected.hex("cr2", 0), actual.cr2());
        actual.registers().forEach((name, value) -> {
            int mask = name.equals("eflags") ? ~Undefined.mask(code) : -1;
            differ(text, name, expected.hex(name, 0) & mask, value & mask);
        });
        for (int i = 0; i < regions.length; i++) differ(text, Ring3.REGIONS[i], regions[i], actual.regions()[i]);
        if (text.length() > 0) {
            String instruction = Disassembler.text(new Decoder().decode(ByteSource.of(code, 0), true), Ring3.CODE);
            differences.add(vector.values() + " " + instruction + ":" + text);
        }
    }

    private static boolean isOracle(int linear) {
        return linear >= PROGRAM && linear < PROGRAM_END || Integer.compareUnsigned(linear, STACK) >= 0;
    }

    private static void differ(StringBuilder text, String name, int expected, int actual) {
        if (expected != actual) text.append(" %s is %x, should be %x".formatted(name, actual, expected));
    }

    private static void differ(StringBuilder text, int base, byte[] expected, byte[] actual) {
        int at = java.util.Arrays.mismatch(expected, actual);
        if (at >= 0) {
            HexFormat hex = HexFormat.of();
            text.append(" memory at %x is %s, should be %s"
                    .formatted(base + at, hex.toHexDigits(actual[at]), hex.toHexDigits(expected[at])));
        }
    }
}
