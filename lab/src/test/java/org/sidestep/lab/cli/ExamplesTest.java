package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.testkit.PluginProject;

/** The example plugin projects, built and used as their authors would: a jar each, a directory of jars, an experiment. */
class ExamplesTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({
        "counting-policy, ipc, counting",
        "flat-memory-cpu, cpu, flat-memory",
    })
    void theJarOfAnExampleRunsInACell(String project, String axis, String id) throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        PluginProject.example(project).buildJar(plugins);

        assertThat(run(plugins, Map.of(axis, id))).as(err + "\n" + out).isZero();

        JsonNode results = new ObjectMapper()
                .readTree(directory.resolve("out/results.json").toFile());
        assertThat(results.get("provenance")
                        .get("versions")
                        .get(axis + "/" + id)
                        .asText())
                .isEqualTo("1.0.0");
        assertThat(results.get("cells")).hasSize(1).allSatisfy(cell -> {
            assertThat(cell.get("cell").asText()).contains(id);
            assertThat(cell.get("status").asText()).isEqualTo("ok");
            assertThat(cell.get("metrics").get("roundtrip.cycles").get("count").asInt())
                    .isPositive();
        });
    }

    @Test
    void thereIsAnExampleOfEachKindThatAUserWrites() {
        assertThat(PluginProject.examples())
                .extracting(PluginProject::toString)
                .containsExactly(
                        "counting-policy",
                        "flat-memory-cpu",
                        "named-partner-validation",
                        "rotating-calls-workload",
                        "stub-timer-disturbance",
                        "woken-first-scheduler");
    }

    private int run(Path plugins, Map<String, String> changed) throws IOException {
        Map<String, String> cell = new LinkedHashMap<>(Map.of(
                "machine", "ia32",
                "cpu", "p3-coppermine",
                "kernel", "l4",
                "scheduler", "priority-rr",
                "validation", "twin",
                "ipc", "lazy",
                "workload", "ping-pong"));
        cell.putAll(changed);
        Path file = directory.resolve("example.yaml");
        Files.writeString(
                file,
                "name: example\nlimit: {cycles: 100_000_000}\nmatrix:\n  - "
                        + cell.toString().replace("=", ": ") + "\n");
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "run",
                        file.toString(),
                        "--plugins",
                        plugins.toString(),
                        "--no-sensitivity",
                        "--out",
                        directory.resolve("out").toString());
    }
}
