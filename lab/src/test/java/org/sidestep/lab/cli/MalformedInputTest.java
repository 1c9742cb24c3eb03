package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option with values that nobody should give: one message, exit code 2, and nothing is left behind. */
class MalformedInputTest {

    /** Each with a {@code ?} in the place of the value. {@code DIR} has the files made below. */
    private static final List<String> NUMBERS = List.of(
            "run DIR/good.yaml --jobs ?",
            "boot DIR/floppy --memory ?",
            "boot DIR/floppy --max-cycles ?",
            "conformance oracle --count ?",
            "conformance oracle --fp-count ?",
            "conformance oracle --first ?",
            "conformance fuzz --count ?",
            "conformance fuzz --first ?");

    private static final List<String> NO_NUMBERS =
            List.of("", "x", "010", "0x10", "\u0661\u0660", "-1", "1.5", "1e3", "99999999999999999999", "1_", "+1");

    private static final List<String> INPUTS = List.of(
            "run ? --out DIR/out",
            "listing --file ?",
            "image --file ? --out DIR/image",
            "boot ?",
            "boot --rom ?",
            "boot --floppy ?",
            "boot --disk ?",
            "boot DIR/floppy --input ?",
            "boot DIR/floppy --keys ?",
            "boot DIR/linux --module ?",
            "calibrate --figures ?",
            "list --plugins ?",
            "image --root ? --out DIR/image",
            "diff ? ?",
            "merge ?",
            "shards ? --for slurm --out DIR/shards",
            "grade ? DIR/good.yaml",
            "trace ipc=lazy --file ? --out DIR/trace.json",
            "bill ipc=lazy --file ?",
            "debug ?");

    private static final List<String> NO_INPUTS = List.of("DIR/missing", "DIR/missing/file", "a\0b");

    private static final List<String> OUTPUTS = List.of(
            "boot DIR/floppy --serial ?",
            "boot DIR/floppy --debugcon ?",
            "boot DIR/floppy --port-log e9=?",
            "boot DIR/floppy --trace ?",
            "boot DIR/floppy --screen ?",
            "image ipc=lazy --out ?",
            "trace ipc=lazy --out ?",
            "calibrate --cpu unit --figures DIR/figures --markdown ?",
            "calibrate --cpu unit --figures DIR/figures --html ?");

    private static final List<String> NO_OUTPUTS = List.of("DIR/missing/file", "DIR", "a\0b");

    private static final List<String> OTHERS = List.of(
            "boot DIR/empty",
            "boot DIR/garbage",
            "boot DIR/bomb.gz --memory 16",
            "boot DIR/cut.gz",
            "boot --floppy DIR/empty",
            "boot DIR/floppy --port-log",
            "boot DIR/floppy --port-log =x",
            "boot DIR/floppy --port-log e9",
            "boot DIR/floppy --port-log 10000=x",
            "boot DIR/floppy --port-log -1=x",
            "boot DIR/floppy --port-log \u0661=x",
            "boot DIR/floppy --cpu none",
            "boot DIR/floppy --machine none",
            "boot DIR/floppy --memory 2000000000",
            "run DIR --out DIR/out",
            "run DIR/empty --out DIR/out",
            "run DIR/garbage --out DIR/out",
            "run DIR/good.yaml --out DIR/garbage",
            "run DIR/good.yaml --out DIR",
            "run DIR/good.yaml --out DIR/missing/../garbage/out",
            "run DIR/good.yaml --out DIR/out --set",
            "run DIR/good.yaml --out DIR/out --set =1",
            "run DIR/good.yaml --out DIR/out --set ipc=",
            "run DIR/good.yaml --out DIR/out --set workload.rounds=",
            "run DIR/good.yaml --out DIR/out --set workload.rounds=010",
            "run DIR/good.yaml --out DIR/out --set workload.rounds=0x10",
            "run DIR/good.yaml --out DIR/out --set seed=-1",
            "run DIR/good.yaml --out DIR/out --set limit.cycles=0",
            "run DIR/good.yaml --out DIR/out --ablate ,,",
            "run DIR/good.yaml --out DIR/out --ablate tlb,,ras",
            "run DIR/good.yaml --out DIR/out --ablate none",
            "run DIR/good.yaml --out DIR/out --bill=none",
            "run DIR/many.yaml --out DIR/out",
            "run DIR/deep.yaml --out DIR/out",
            "run DIR/alias.yaml --out DIR/out",
            "calibrate --figures DIR/empty",
            "calibrate --figures DIR/garbage",
            "calibrate --figures DIR",
            "calibrate --figures DIR/figures --cpu none",
            "calibrate --figures DIR/figures --markdown DIR/x --html DIR/x",
            "conformance oracle --count 0 --fp-count 0",
            "conformance fuzz --count 0",
            "conformance fuzz --cpu none",
            "list none",
            "list --plugins DIR/garbage",
            "image --out DIR/image ipc=none",
            "image --out DIR/image none=1",
            "listing ipc",
            "conformance",
            "conformance x2 --count 0",
            "new nothing DIR/new",
            "new cpu DIR/empty",
            "image --root DIR --out DIR/image",
            "image --root DIR/garbage --out DIR/image",
            "diff DIR/empty DIR/empty",
            "diff DIR/garbage DIR/garbage",
            "diff DIR DIR",
            "diff DIR/good.yaml DIR/good.yaml",
            "merge DIR",
            "merge DIR/garbage",
            "shards DIR/good.yaml --for nothing --out DIR/shards",
            "shards DIR/good.yaml --for slurm --out DIR/garbage",
            "shards DIR/good.yaml --for slurm --out DIR/shards --cells-per-task 0",
            "grade DIR DIR",
            "grade DIR/garbage DIR/garbage",
            "grade DIR/good.yaml DIR/good.yaml",
            "trace ipc=none --out DIR/trace.json",
            "trace ipc=lazy --out DIR/trace.json --from x",
            "trace ipc=lazy --out DIR/trace.json --from 99999999999999999999",
            "bill ipc=none",
            "bill ipc=lazy --out DIR/bill.pdf",
            "bill ipc=lazy --out DIR/missing/bill.svg",
            "trace ipc=lazy --out DIR/missing/page.html",
            "debug DIR/garbage",
            "debug DIR",
            "debug ipc=none",
            "debug --gdb ipc=lazy --port 99999",
            "verify",
            "verify ipc=none",
            "verify ipc=lazy --time 0",
            "verify ipc=lazy --shard 3/2 --out DIR/verdict",
            "verify ipc=lazy --workloads none --out DIR/verdict",
            "verify ipc=lazy --out DIR/garbage",
            "run DIR/good.yaml --out DIR/out --layouts 1001",
            "run DIR/good.yaml --out DIR/out --shard 0/3",
            "run DIR/garbage --out DIR/out --plugins DIR/missing");

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    static Stream<List<String>> malformed() {
        List<List<String>> all = new ArrayList<>();
        cross(NUMBERS, NO_NUMBERS, all);
        cross(INPUTS, NO_INPUTS, all);
        cross(OUTPUTS, NO_OUTPUTS, all);
        OTHERS.forEach(arguments -> all.add(List.of(arguments.split(" "))));
        return all.stream();
    }

    private static void cross(List<String> commands, List<String> values, List<List<String>> all) {
        for (String command : commands) {
            for (String value : values) {
                all.add(Arrays.stream(command.split(" "))
                        .map(word -> word.replace("?", value))
                        .toList());
            }
        }
    }

    @BeforeEach
    void writeFiles() throws IOException {
        byte[] floppy = new byte[512];
        floppy[0] = (byte) 0xFA;
        floppy[1] = (byte) 0xF4;
        floppy[510] = 0x55;
        floppy[511] = (byte) 0xAA;
        byte[] linux = new byte[4096];
        System.arraycopy(new byte[] {'H', 'd', 'r', 'S'}, 0, linux, 0x202, 4);
        write("floppy", floppy);
        write("linux", linux);
        write("empty", new byte[0]);
        write("garbage", new byte[] {(byte) 0xFF, 0, (byte) 0xFE, '\n', 1, 2, 3});
        byte[] bomb = packed(17 << 20);
        write("bomb.gz", bomb);
        write("cut.gz", Arrays.copyOf(bomb, bomb.length / 2));
        Files.writeString(directory.resolve("figures"), "name\tset\t0000673_x:L\t0000673_x:T\nNOP\tx86\t1\t1\n");
        String head =
                "name: x\ndefaults: {machine: ia32, cpu: unit, kernel: l4, scheduler: priority-rr, validation: twin,"
                        + " ipc: lazy}\n";
        Files.writeString(directory.resolve("good.yaml"), head + "matrix: {workload: ping-pong}\n");
        String tenThousand = "[" + "1, ".repeat(9_999) + "1]";
        Files.writeString(
                directory.resolve("many.yaml"),
                head + "matrix: {workload: {id: ping-pong, rounds: " + tenThousand + ", words: " + tenThousand
                        + "}}\n");
        Files.writeString(directory.resolve("deep.yaml"), head + "matrix: " + "[".repeat(5_000) + "]".repeat(5_000));
        Files.writeString(directory.resolve("alias.yaml"), head + "matrix: [&a {workload: ping-pong}, *a]\n");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void isOneMessageAndExitCodeTwoAndLeavesNothingBehind(List<String> words) throws IOException {
        String[] arguments = words.stream()
                .map(word -> word.replace("DIR", directory.toString()))
                .toArray(String[]::new);
        List<Path> before = files();

        int exit = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);

        String said = err.toString();
        assertThat(exit).as(said).isEqualTo(2);
        List<String> lines =
                said.lines().filter(line -> !line.startsWith("cell {")).toList();
        assertThat(lines).as(said).hasSizeBetween(1, 2);
        assertThat(lines.get(0)).startsWith("sidestep: ").doesNotContainPattern("Exception|\\bjava\\.|org\\.sidestep");
        if (lines.size() == 2) assertThat(lines.get(1)).matches("Try 'sidestep .*--help'\\.");
        assertThat(files()).isEqualTo(before);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content);
    }

    private static byte[] packed(int size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(out)) {
            packed.write(new byte[size]);
        }
        return out.toByteArray();
    }
}
