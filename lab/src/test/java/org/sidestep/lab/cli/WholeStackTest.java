package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.testkit.PluginProject;

/** From an experiment file through the real kernel on the real machine to results. */
class WholeStackTest {

    private static final String EXPERIMENT = """
            name: small
            limit: {cycles: 50_000_000}
            defaults: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr, validation: twin}
            matrix:
              - ipc: [strict, lazy]
                workload: {id: ping-pong, rounds: 20}
              - ipc: [strict, lazy]
                workload: {id: load-distribution, clients: 1, workers: 1, rounds: 20}
            claims:
              - {id: lazy, text: none, measure: ipc.kernel.per-round, where: {ipc: lazy, workload: ping-pong}, expect: == 0}
              - {id: strict, text: two, measure: ipc.kernel.per-round, where: {ipc: strict, workload: ping-pong}, expect: == 2}
              - {id: server, text: one less, measure: ipc.kernel.per-round, where: {ipc: strict, workload: load-distribution},
                 minus: {where: {ipc: lazy}}, expect: == 1}
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void strictAndLazySwitchingDifferAsTheLectureSays() throws IOException {
        assertThat(run()).as(err + "\n" + out).isZero();

        JsonNode results = json();
        for (JsonNode cell : results.get("cells")) {
            assertThat(cell.get("status").asText()).isEqualTo("ok");
            assertThat(cell.get("metrics").get("roundtrip.cycles").get("count").asInt())
                    .isEqualTo(20);
            assertThat(cell.get("image").asText()).matches("sha256:[0-9a-f]{64}");
        }
        assertThat(results.get("cells")
                        .get(0)
                        .get("metrics")
                        .get("oneway.cycles")
                        .get("median")
                        .asDouble())
                .isGreaterThan(results.get("cells")
                        .get(1)
                        .get("metrics")
                        .get("oneway.cycles")
                        .get("median")
                        .asDouble());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void soManyRoundsAreMeasuredAsTheExperimentAsksFor(int rounds) throws IOException {
        assertThat(run("--no-sensitivity", "--set", "workload.rounds=" + rounds))
                .as(err + "\n" + out)
                .isZero();

        for (JsonNode cell : json().get("cells")) {
            JsonNode metrics = cell.get("metrics");
            assertThat(metrics.get("roundtrip.cycles").get("count").asInt()).isEqualTo(rounds);
            assertThat(metrics.get("oneway.cycles").get("count").asInt()).isEqualTo(rounds);
        }
    }

    @Test
    void theTimelineShowsBothThreadsByName() throws IOException {
        run("--no-sensitivity");

        Matcher data = Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>")
                .matcher(Files.readString(directory.resolve("out/report.html")));
        assertThat(data.find()).isTrue();
        int found = 0;
        for (JsonNode part : new ObjectMapper().readTree(data.group(1)).get("parts")) {
            boolean pair = part.get("part").asText().equals("timelines")
                    && part.get("threads").toString().equals("[\"A\",\"B\"]");
            if (!pair) continue;
            found++;
            assertThat(part.get("variants")
                            .get(0)
                            .get("lanes")
                            .get(0)
                            .get("slices")
                            .toString())
                    .containsPattern("\\[[0-9]+,[0-9]+,true,0,[01]]")
                    .containsPattern("\\[[0-9]+,[0-9]+,false,1,[01]]");
        }
        assertThat(found).isOne();
    }

    @Test
    void aWorkloadThatDoesNotEndIsStoppedAndKeepsItsRow() throws IOException {
        assertThat(run("--set", "limit.cycles=100000")).isEqualTo(1);

        List<String> reasons = StreamSupport.stream(json().get("cells").spliterator(), false)
                .map(cell ->
                        cell.get("status").asText() + ": " + cell.get("reason").asText())
                .distinct()
                .toList();
        assertThat(reasons).containsExactly("limit: did not end within 100,000 cycles (limit.cycles)");
        assertThat(out.toString())
                .contains("a cell is limit", "4 cells FAILED")
                .endsWith("limit: did not end within 100,000 cycles (limit.cycles)\n");
    }

    @Test
    void aPolicyFromAnExamplePluginsJarTakesPart() throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        PluginProject.example("counting-policy").buildJar(plugins);

        assertThat(run(
                        "--no-sensitivity",
                        "--plugins",
                        plugins.toString(),
                        "--set",
                        "ipc=counting",
                        "--set",
                        "ipc.count=all"))
                .as(err + "\n" + out)
                .isZero();

        assertThat(json().get("provenance").get("versions").get("ipc/counting").asText())
                .isEqualTo("1.0.0");
        assertThat(json().get("cells")).hasSize(2).allSatisfy(cell -> {
            assertThat(cell.get("parameters").get("ipc.count").asText()).isEqualTo("all");
            assertThat(cell.get("status").asText()).isEqualTo("ok");
        });
    }

    @Test
    void theListingShowsKernelStubsAndWorkload() throws IOException {
        int exit = execute("listing", "--file", write().toString(), "ipc=lazy");

        assertThat(exit).isZero();
        assertThat(err.toString()).contains("ipc=lazy");
        assertThat(out.toString()).contains("boot.entry:", "lipc", "A.round:", ".java:");
    }

    private int run(String... more) throws IOException {
        String[] arguments = {
            "run", write().toString(), "--out", directory.resolve("out").toString()
        };
        String[] all = Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
        return execute(all);
    }

    private Path write() throws IOException {
        return Files.writeString(directory.resolve("small.yaml"), EXPERIMENT);
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(directory.resolve("out/results.json").toFile());
    }
}
