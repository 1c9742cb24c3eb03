package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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

/** Two results are compared, and one is run again. */
class DiffTest {

    private static final String EXPERIMENT = """
            name: small
            limit: {cycles: 50_000_000}
            defaults: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr, validation: twin}
            matrix:
              - {ipc: [strict, lazy], workload: {id: ping-pong, rounds: 20}}
            claims:
              - {id: dear, text: none, measure: oneway.cycles.median, where: {ipc: strict}, expect: ">= 100"}
            """;

    @TempDir
    private Path directory;

    private final ObjectMapper json = new ObjectMapper();
    private StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;

    @BeforeEach
    void writeExperiment() throws IOException {
        file = Files.writeString(directory.resolve("small.yaml"), EXPERIMENT);
    }

    private int execute(String... arguments) {
        out = new StringWriter();
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path run(String name, String... options) {
        Path results = directory.resolve(name);
        List<String> all = new ArrayList<>(
                List.of("run", file.toString(), "--no-sensitivity", "--bill", "--out", results.toString()));
        all.addAll(List.of(options));
        assertThat(execute(all.toArray(String[]::new))).isLessThan(2);
        return results;
    }

    private int diff(Path before, Path after, String... options) {
        List<String> all = new ArrayList<>(List.of("diff", before.toString(), after.toString()));
        all.addAll(List.of(options));
        return execute(all.toArray(String[]::new));
    }

    @Test
    void aResultDoesNotDifferFromItself() {
        Path same = run("same");

        assertThat(diff(same, same.resolve("results.json"))).isZero();
        assertThat(out.toString())
                .isEqualTo("0 cells changed, 2 did not; 0 medians moved within the spread of their samples\n");
    }

    @Test
    void anotherProcessorChangesTheCellsThatEnterTheKernelAndItsCauseIsTold() {
        Path before = run("before");
        Path after = run("after", "--set", "cpu.trap.cycles=30");

        assertThat(diff(before, after)).isEqualTo(1);
        assertThat(out.toString())
                .contains("cpu.trap.cycles")
                .containsPattern(
                        "ipc=strict.* \\| oneway.cycles.median +\\| +[0-9.]+ \\| +[0-9.]+ \\| +-[0-9.]+ % \\| trap entry and"
                                + " exit -")
                .doesNotContainPattern("ipc=lazy.*oneway.cycles.median");
    }

    @Test
    void aMedianThatMovesWithinTheSamplesIsCountedAndNoChange() throws IOException {
        Path before = run("before");
        Path a = withMetric("a", before, 100, 80, 120);
        Path b = withMetric("b", before, 101, 90, 130);
        assertThat(diff(a, b)).isZero();
        assertThat(out.toString()).contains("0 cells changed, 2 did not; 1 medians moved within");

        assertThat(diff(a, withMetric("c", before, 121, 90, 130))).isEqualTo(1);
        assertThat(out.toString()).contains("1 cells changed, 1 did not");
    }

    /** Results in which the first cell's one-way cycles have another median, minimum and p99. */
    private Path withMetric(String name, Path results, double... values) throws IOException {
        JsonNode root = json.readTree(results.resolve("results.json").toFile());
        ObjectNode oneWay = (ObjectNode) root.get("cells").get(0).get("metrics").get("oneway.cycles");
        oneWay.put("median", values[0]).put("min", values[1]).put("p99", values[2]);
        return Files.write(directory.resolve(name + ".json"), json.writeValueAsBytes(root));
    }

    @Test
    void cellsAndClaimsThatAreNotAsTheyWereAreTold() throws IOException {
        Path before = run("before");
        JsonNode root = json.readTree(before.resolve("results.json").toFile());
        ((ObjectNode) root.get("cells").get(0)).put("status", "failed").put("reason", "broken");
        ((ObjectNode) root.get("cells").get(1)).put("cell", "ipc=other");
        ((ObjectNode) root.get("claims").get(0)).put("passed", false);
        Path after = Files.write(directory.resolve("after.json"), json.writeValueAsBytes(root));

        assertThat(diff(before, after)).isEqualTo(1);
        assertThat(out.toString())
                .contains("failed: broken", "claim dear: passed became FAILED", "only in")
                .contains("ipc=other");
    }

    @Test
    void resultsSayHowToRunThemAgainAndTheSameCodeGivesTheSame() throws IOException {
        Path before = run("before", "--set", "workload.rounds=30", "--ablate", "tlb");
        Path again = directory.resolve("again");

        assertThat(execute("run", before.resolve("results.json").toString(), "--out", again.toString()))
                .isZero();
        assertThat(out.toString()).contains("against ", "0 cells changed, 2 did not");
        assertThat(again.resolve("results.json")).hasSameBinaryContentAs(before.resolve("results.json"));
        JsonNode run = json.readTree(again.resolve("results.json").toFile()).get("run");
        assertThat(run.get("text").asText()).isEqualTo(EXPERIMENT);
        assertThat(run.get("code").has("ipc/lazy")).isTrue();
    }

    @Test
    void aRunThatGivesSomethingElseThanBeforeSaysSo() throws IOException {
        Path before = run("before");
        JsonNode root = json.readTree(before.resolve("results.json").toFile());
        ((ObjectNode) root.get("cells").get(0).get("metrics")).put("cycles.total", 1);
        ((ObjectNode) root.get("run").get("code")).put("ipc/lazy", "0.1 of another day");
        Path changed = Files.write(directory.resolve("changed.json"), json.writeValueAsBytes(root));

        assertThat(execute(
                        "run",
                        changed.toString(),
                        "--out",
                        directory.resolve("again").toString()))
                .isEqualTo(1);
        assertThat(out.toString())
                .contains("ipc/lazy was 0.1 of another day and is", "cycles.total", "1 cells changed");
    }

    @Test
    void mistakesAreOneMessage() throws IOException {
        Path before = run("before");
        Path text = Files.writeString(directory.resolve("text.json"), "{\"schema\": \"sidestep");
        Path other = Files.writeString(directory.resolve("other.json"), "{\"schema\": \"x\"}");
        Path lost = Files.writeString(directory.resolve("lost.json"), "{\"schema\": \"sidestep.results/1\"}");

        assertThat(diff(before, directory.resolve("none"))).isEqualTo(2);
        assertThat(diff(before, text)).isEqualTo(2);
        assertThat(diff(other, before)).isEqualTo(2);
        assertThat(execute("run", lost.toString())).isEqualTo(2);
        assertThat(execute("run", before.resolve("results.json").toString(), "--set", "workload.rounds=2"))
                .isEqualTo(2);
        assertThat(execute("run", before.resolve("results.json").toString(), "--out", before.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "none: no such file", "text.json:1:", "is no JSON", "other.json: holds no results of sidestep")
                .contains("does not say how to run it again", "leave --set", "--out would write to")
                .doesNotContain("\tat ");
    }
}
