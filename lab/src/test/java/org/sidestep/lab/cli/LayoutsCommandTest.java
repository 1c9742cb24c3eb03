package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run in several layouts, by the command line. */
class LayoutsCommandTest {

    private static final List<String> REPORTS =
            List.of("results.json", "results.csv", "results.columns.csv", "report.html");

    private static final String EXPERIMENT = """
            name: small
            defaults: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr, validation: twin}
            matrix:
              - {ipc: [strict, lazy], workload: {id: ping-pong, rounds: 20, warmup: 20}}
            claims:
              - {id: dear, text: none, measure: oneway.cycles.median, where: {ipc: strict}, expect: ">= 100"}
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void writeExperiment() throws IOException {
        file = Files.writeString(directory.resolve("small.yaml"), EXPERIMENT);
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path run(String name, String... options) {
        Path results = directory.resolve(name);
        List<String> all =
                new ArrayList<>(List.of("run", file.toString(), "--no-sensitivity", "--out", results.toString()));
        all.addAll(List.of(options));
        assertThat(execute(all.toArray(String[]::new))).as(err + "\n" + out).isZero();
        return results;
    }

    @Test
    void theSameSeedGivesTheSameBitsAndTheFirstLayoutIsTheUsualOne() throws IOException {
        Path three = run("three", "--layouts", "3");
        Path again = run("again", "--layouts", "3", "--jobs", "1");
        for (String report : REPORTS) assertThat(three.resolve(report)).hasSameBinaryContentAs(again.resolve(report));
        assertThat(out.toString()).contains("holds at 3 of 3", "median of 3 layouts");

        List<String> rows = Files.readAllLines(three.resolve("results.csv"));
        List<String> usual = Files.readAllLines(run("one").resolve("results.csv"));
        assertThat(rows).hasSize(7);
        List<String> first = rows.stream()
                .filter(row -> row.contains(",1,1,ok,"))
                .map(row -> row.replace(",1,1,ok,", ",1,ok,"))
                .toList();
        assertThat(first).isEqualTo(usual.subList(1, 3));
        JsonNode cells = results(three).path("cells");
        assertThat(cells).hasSize(2);
        assertThat(cells.get(0).path("cell").asText()).doesNotContain("layout");
    }

    private static JsonNode results(Path directory) throws IOException {
        return new ObjectMapper().readTree(directory.resolve("results.json").toFile());
    }

    @Test
    void shardsRunAllLayoutsAndAMergeGivesTheBytesOfOneRun() throws IOException {
        Files.writeString(file, EXPERIMENT.replace("name: small", "name: small\nlayouts: 2"));
        Path whole = run("whole");
        Path shards = run("shards", "--shard", "1/2");
        run("shards", "--shard", "2/2");

        assertThat(execute("merge", shards.toString())).as(err + "\n" + out).isZero();
        assertThat(out.toString()).contains("4 computed, 0 reused, 0 missing");
        for (String report : REPORTS) assertThat(shards.resolve(report)).hasSameBinaryContentAs(whole.resolve(report));
    }

    @Test
    void resultsOfSeveralLayoutsAreRunAgainAndCompared() {
        Path two = run("two", "--layouts", "2");

        assertThat(execute("run", two.resolve("results.json").toString(), "--out", directory + "/again"))
                .as(err + "\n" + out)
                .isZero();
        assertThat(out.toString()).contains("0 cells changed, 2 did not");
        assertThat(execute("run", two + "/results.json", "--layouts", "3", "--out", directory + "/other"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("leave --set, --layouts");
    }

    /** The figures of one layout lie within the spread of several. */
    @Test
    void aDifferenceWithinTheSpreadOfLayoutsIsNoChange() {
        Path one = run("one");
        Path many = run("many", "--layouts", "5");

        execute("diff", many.toString(), one.toString());
        assertThat(out.toString()).contains("medians moved within").doesNotContain("oneway.cycles.median");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "many", "1.5", "99999999999999999999"})
    void whatIsNoNumberOfLayoutsIsBadInput(String count) {
        assertThat(execute("run", file.toString(), "--layouts", count, "--out", directory + "/bad"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--layouts " + count + ": 'layouts' must be a whole number in 1..1000, not '" + count + "'")
                .hasLineCount(1);
        assertThat(directory.resolve("bad")).doesNotExist();
    }

    @Test
    void aBadNumberInAFileIsToldWithItsPlace() throws IOException {
        Files.writeString(file, EXPERIMENT.replace("name: small", "name: small\nlayouts: 0"));

        assertThat(execute("run", file.toString(), "--out", directory + "/bad")).isEqualTo(2);
        assertThat(err.toString()).contains(file + ":2:10: 'layouts' must be a whole number in 1..1000, not '0'");
    }

    @Test
    void anyLayoutCanBeListed() {
        assertThat(execute("listing", "--file", file.toString(), "ipc=lazy")).isZero();
        String first = out.toString();
        out.getBuffer().setLength(0);
        assertThat(execute("listing", "--file", file.toString(), "ipc=lazy", "layout=2"))
                .isZero();
        assertThat(out.toString()).isNotEqualTo(first).contains("lipc");
        assertThat(execute("listing", "--file", file.toString(), "ipc=lazy", "layout=0"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("layout=0: a layout is a number from 1 to 1000");
    }
}
