package org.sidestep.machine.ia32.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Segmentation;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.BoardOptions;
import org.sidestep.machine.ia32.device.TestMemory;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** Single instructions in real mode, against what real processors did (data of the SingleStepTests project). */
class CapturedRealModeTest {
    private static final Path DATA = Path.of("../../shared/data/singlestep");
    private static final String[] REGISTERS = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
    private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs"};
    private static final int FLAGS = 0x3FFFF;
    private static final int LIMIT = 100_000;

    private final Ram ram = new Ram(2 << 20);

    @ParameterizedTest
    @CsvSource({"80286, 1630", "80386-00, 500"})
    void allCapturedTestsPass(String name, int count) throws IOException {
        Path file = DATA.resolve(name + ".txt.gz");
        assumeThat(file).as("captured tests").exists();
        List<CapturedTest> tests = read(file);
        assertThat(tests).hasSize(count);
        List<String> failures = new ArrayList<>();
        for (CapturedTest test : tests) {
            if (CapturedDifferences.isExcluded(test)) continue;
            List<String> differences = run(test);
            if (!differences.isEmpty()) failures.add(test.opcode() + " " + test.text() + ": " + differences);
        }
        assertThat(failures).isEmpty();
    }

    private static List<CapturedTest> read(Path file) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
            return reader.lines().map(CapturedTest::parse).toList();
        }
    }

    /** Runs a test in a fresh processor until it halts; returns what differs from the real one. */
    private List<String> run(CapturedTest test) {
        UnitModel model = new UnitModel();
        Parameters parameters = Configured.defaults(model).parameters();
        Board board = new Board(1_000_000, new TestMemory(new byte[0]), BoardOptions.PLAIN);
        if (CapturedDifferences.readsDevice(test, board)) return List.of();
        board.out(0x21, 1, 0xFF);
        CodeCache code = new CodeCache(ram);
        Cpu cpu = new Cpu(ram, board, code, model.identity(parameters), model.timing(parameters));
        before(cpu, test);
        Stop stop = new Interpreter(cpu, code, ram, null).run(Limits.cycles(LIMIT), false);
        List<String> differences = after(cpu, test);
        if (!cpu.halted) differences.add(stop.reason());
        test.memory().forEach((address, bytes) -> ram.fill(address, bytes.length, (byte) 0));
        test.written().forEach((address, bytes) -> ram.fill(address, bytes.length, (byte) 0));
        return differences;
    }

    private void before(Cpu cpu, CapturedTest test) {
        Map<String, Integer> registers = test.registers();
        cpu.enterRealMode(registers.get("cs"), registers.get(test.named("ip")));
        for (int i = 0; i < 8; i++) cpu.r[i] = registers.get(test.named(REGISTERS[i]));
        for (int i = 0; i < 6; i++) {
            if (registers.containsKey(SEGMENTS[i])) Segmentation.loadParagraph(cpu, i, registers.get(SEGMENTS[i]));
        }
        cpu.flags.replace(registers.get(test.named("flags")) & flagsMask(test), -1);
        test.memory().forEach(ram::store);
        if (!test.wide()) ram.store(cpu.codeAddress(), withoutLock(test.code()));
    }

    private static int flagsMask(CapturedTest test) {
        return test.wide() ? FLAGS : CapturedDifferences.FLAGS_286;
    }

    private static byte[] withoutLock(byte[] code) {
        byte[] result = code.clone();
        for (int i = 0; i < result.length && "26 2e 36 3e f0 f2 f3".contains(hex(result, i, 1)); i++) {
            if ((result[i] & 0xFF) != CapturedDifferences.LOCK) continue;
            System.arraycopy(code, 0, result, 1, i);
            result[0] = (byte) 0x90;
            return result;
        }
        return result;
    }

    private List<String> after(Cpu cpu, CapturedTest test) {
        List<String> differences = new ArrayList<>();
        Map<String, Integer> expected = new HashMap<>(test.registers());
        expected.putAll(test.changed());
        int all = test.wide() ? -1 : 0xFFFF;
        for (int i = 0; i < 8; i++) compare(differences, expected, test.named(REGISTERS[i]), cpu.r[i], all);
        for (int i = 0; i < 6; i++) {
            if (!expected.containsKey(SEGMENTS[i])) continue;
            compare(differences, expected, SEGMENTS[i], cpu.segments[i].selector, all);
        }
        compare(differences, expected, test.named("ip"), cpu.eip, all);
        int flags = flagsMask(test) & ~CapturedDifferences.undefined(test);
        compare(differences, expected, test.named("flags"), cpu.eflags(), flags);
        test.written().forEach((address, bytes) -> compareMemory(differences, test, address, bytes));
        return differences;
    }

    private static void compare(
            List<String> differences, Map<String, Integer> expected, String name, int value, int mask) {
        int wanted = expected.get(name) & mask;
        if ((value & mask) != wanted) differences.add("%s=%x, not %x".formatted(name, value & mask, wanted));
    }

    /** Flags that an exception has pushed are as undefined as those in the register. */
    private void compareMemory(List<String> differences, CapturedTest test, int address, byte[] bytes) {
        byte[] wanted = bytes.clone();
        byte[] found = ram.copy(address, bytes.length);
        for (byte[] image : List.of(wanted, found)) {
            for (int i = 0; i < 2; i++) {
                int at = test.flagsAddress() + i - address;
                boolean inside = test.flagsAddress() >= 0 && at >= 0 && at < image.length;
                if (inside) image[at] &= (byte) ~(CapturedDifferences.undefined(test) >> 8 * i);
            }
        }
        if (Arrays.equals(found, wanted)) return;
        differences.add(
                "at %x %s, not %s".formatted(address, hex(found, 0, found.length), hex(wanted, 0, wanted.length)));
    }

    private static String hex(byte[] bytes, int from, int length) {
        return HexFormat.of().formatHex(bytes, from, from + length);
    }
}
