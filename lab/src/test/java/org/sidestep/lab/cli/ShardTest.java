package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.lab.fake.FakePluginJar;

/** A matrix that runs in shards, as on many machines, and is merged. */
class ShardTest {

    private static final List<String> REPORTS =
            List.of("results.json", "results.csv", "results.columns.csv", "report.html");

    private static final String MATRIX = """
            name: test
            matrix:
              {machine: script, cpu: script, kernel: script, scheduler: script, validation: script,
               ipc: [kernel-switch, user-switch], workload: {id: script, rounds: [1, 2, 3, 4, 5, 6], ends: [ENDS]}}
            claims:
              - {id: c, text: t, measure: oneway.cycles.median,
                 where: {ipc: user-switch, workload.rounds: 3, workload.ends: well}, expect: "BOUND"}
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;
    private Path sharded;
    private Path whole;

    @BeforeEach
    void writeExperiment() throws IOException {
        FakePluginJar.directory(Files.createDirectory(directory.resolve("plugins")));
        file = directory.resolve("test.yaml");
        write("well", "<= 10");
        sharded = directory.resolve("sharded");
        whole = directory.resolve("whole");
    }

    private void write(String ends, String bound) throws IOException {
        Files.writeString(file, MATRIX.replace("ENDS", ends).replace("BOUND", bound));
    }

    @Test
    void allShardsMergedGiveTheBytesOfOneRun() throws IOException {
        for (int i = 1; i <= 5; i++)
            assertThat(shard(i + "/5")).as(err.toString()).isZero();
        assertThat(sharded.resolve("results.json")).doesNotExist();

        assertThat(merge()).as(err + "\n" + out).isZero();
        assertThat(out.toString()).contains("cells and variants: 12 computed, 0 reused, 0 missing");
        assertSameAsOneRun(0);
    }

    @Test
    void whatMachinesOfOtherSizeHaveRunIsNotRunAgain() {
        shard("2/3");
        assertThat(out.toString())
                .containsPattern("shard 2/3: [1-9]\\d* of 12 cells; with their variants [1-9]\\d* comp");
        out.getBuffer().setLength(0);

        assertThat(shard("1/1")).isZero();
        assertThat(out.toString())
                .containsPattern("12 of 12 cells; with their variants \\d computed, [1-9]\\d* reused");
    }

    @Test
    void aShardWhoseCellsFailHasRunThem() throws IOException {
        write("well, badly", "<= 1");
        for (int i = 1; i <= 2; i++) assertThat(shard(i + "/2")).isZero();

        assertThat(merge()).isEqualTo(1);
        assertThat(out.toString()).contains("FAILED", "0 missing");
        assertSameAsOneRun(1);
    }

    @Test
    void nothingIsJudgedWhileACellIsMissingOrDamaged() throws IOException {
        for (int i = 1; i <= 12; i++) shard(i + "/12");
        List<Path> cells = cells();
        assertThat(cells).hasSize(12);
        Files.delete(cells.get(3));
        Files.writeString(cells.get(7), "{\"cell\":\"x\"}");
        out.getBuffer().setLength(0);

        assertThat(merge()).isEqualTo(1);
        assertThat(out.toString())
                .contains("10 computed, 0 reused, 2 missing", "--missing --out " + sharded)
                .doesNotContain("passed");
        assertThat(sharded.resolve("results.json")).doesNotExist();

        List<Integer> again = missing(12);
        assertThat(again).isNotEmpty().hasSizeLessThanOrEqualTo(2);
        for (int i : again) assertThat(shard(i + "/12")).isZero();
        assertThat(missing(12)).isEmpty();
        assertThat(err.toString()).endsWith("nothing is missing; go on with: ./sidestep merge " + sharded + "\n");
        assertThat(merge()).isZero();
        assertSameAsOneRun(0);
    }

    @Test
    void shardsOfAnotherExperimentAreRefused() throws IOException {
        shard("1/2");
        write("well", "<= 11");

        assertThat(shard("2/2")).isEqualTo(2);
        assertThat(err.toString())
                .contains(sharded + ": holds the results of another run")
                .hasLineCount(1);
    }

    @Test
    void shardsWithOtherOptionsAreRefused() {
        shard("1/2");

        assertThat(shard("2/2", "--no-sensitivity")).isEqualTo(2);
        assertThat(err.toString())
                .contains("holds shards of another run (sensitivity was true and is false)", "--out")
                .hasLineCount(1);
    }

    @Test
    void aMergeOfShardsOfOtherCodeIsRefused() throws IOException {
        shard("1/2");
        shard("2/2");
        FakePluginJar.write(directory.resolve("plugins/fakes.jar"), "fakes", "<1000.0.0", FakePluginJar.services());

        assertThat(merge()).isEqualTo(2);
        assertThat(err.toString())
                .contains("holds shards of another run (", "ipc/user-switch was 1.2.3 ")
                .hasLineCount(1);
        assertThat(sharded.resolve("results.json")).doesNotExist();
    }

    @Test
    void aCellThatWasCopiedFromAnotherRunIsRefused() throws IOException {
        shard("1/1", "--no-sensitivity");
        Path stranger = cells().get(0);
        Path other = sharded;
        sharded = directory.resolve("second");
        shard("1/1");
        Files.copy(
                stranger,
                sharded.resolve(other.relativize(stranger)),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(merge()).isEqualTo(2);
        assertThat(err.toString())
                .contains(stranger.getFileName() + " was written by another run")
                .hasLineCount(1);
    }

    @Test
    void aDirectoryWithoutShardsIsNotMerged() {
        assertThat(merge()).isEqualTo(2);
        assertThat(err.toString())
                .contains(sharded + ": holds no shards; write some with")
                .hasLineCount(1);
    }

    /** The real machine: variants, bills and figures in doubt come from the shards as well. */
    @Test
    void variantsAreMergedToo() throws IOException {
        Files.writeString(file, """
                name: test
                defaults: {machine: ia32, kernel: l4, scheduler: priority-rr, validation: twin}
                matrix:
                  - {cpu: unit, ipc: [strict, lazy], workload: {id: ping-pong, rounds: 20, warmup: 20}}
                  - {cpu: p3-coppermine, ipc: strict, workload: {id: ping-pong, rounds: 20, warmup: 20}}
                claims:
                  - {id: c, text: t, measure: oneway.cycles.median, where: {cpu: unit, ipc: lazy},
                     minus: {where: {ipc: strict}}, expect: "< 0"}
                """);
        String[] more = {"--ablate", "tlb,ras", "--bill"};
        for (int i = 1; i <= 2; i++)
            assertThat(shard(i + "/2", more)).as(err.toString()).isZero();

        assertThat(merge()).as(err + "\n" + out).isZero();
        assertThat(out.toString()).containsPattern("cells and variants: [1-9]\\d computed, \\d+ reused, 0 missing");
        assertThat(run("run", file.toString(), "--out", whole.toString(), more[0], more[1], more[2]))
                .isZero();
        assertThat(whole.resolve("results.json")).content().contains("\"sensitivity\"", "\"ablations\"", "bill");
        for (String report : REPORTS) {
            assertThat(sharded.resolve(report)).hasSameBinaryContentAs(whole.resolve(report));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/3", "4/3", "3", "1/0", "a/b", "1/2/3", "-1/3", "1/1000001", "1/99999999999999999999"})
    void whatIsNoShardIsBadInput(String text) {
        assertThat(shard(text)).isEqualTo(2);
        assertThat(err.toString())
                .contains("--shard '" + text + "' is no shard; write I/N")
                .hasLineCount(1);
    }

    private void assertSameAsOneRun(int code) throws IOException {
        assertThat(run("run", file.toString(), "--out", whole.toString())).isEqualTo(code);
        for (String report : REPORTS) {
            assertThat(sharded.resolve(report)).hasSameBinaryContentAs(whole.resolve(report));
        }
    }

    /** What {@code shards --missing} would run again. */
    private List<Integer> missing(int tasks) {
        out.getBuffer().setLength(0);
        assertThat(run(
                        "shards",
                        file.toString(),
                        "--for",
                        "parallel",
                        "--cells-per-task",
                        String.valueOf(12 / tasks),
                        "--missing",
                        "--out",
                        sharded.toString()))
                .isZero();
        return Stream.of(out.toString().replaceAll("(?s).*:::", "").strip().split(" "))
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    private List<Path> cells() throws IOException {
        try (Stream<Path> files = Files.walk(sharded.resolve("shards/cells"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private int shard(String shard, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", file.toString(), "--shard", shard, "--out", sharded.toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private int merge() {
        return run("merge", sharded.toString());
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--plugins", directory.resolve("plugins").toString()));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
