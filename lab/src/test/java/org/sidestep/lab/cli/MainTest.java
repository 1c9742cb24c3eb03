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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.lab.fake.FakePluginJar;
import org.sidestep.lab.fake.Fakes;
import picocli.CommandLine;

/** The command line from outside, with plugins from a jar. */
class MainTest {

    private static final String EXPERIMENT = """
            name: test
            title: Two ways of switching <b>
            defaults: {machine: script, cpu: script, kernel: script, scheduler: script, validation: script}
            matrix:
              - ipc: [kernel-switch, user-switch, fake-floor]
                workload: {id: script, rounds: [1, 20]}
              - {ipc: user-switch, workload: {id: script, ends: badly}}
            claims:
              - id: gain
                text: user level is at least nine times as fast
                lecture: L4
                measure: oneway.cycles.median
                where: {ipc: kernel-switch, workload.ends: well}
                over: min
                divided-by: {where: {ipc: user-switch}}
                expect: ">= 9"
            """;

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;
    private Path results;

    @BeforeEach
    void writeExperiment() throws IOException {
        FakePluginJar.directory(Files.createDirectory(directory.resolve("plugins")));
        file = Files.writeString(directory.resolve("test.yaml"), EXPERIMENT);
        results = directory.resolve("results");
    }

    @Test
    void aRunPrintsTablesAndWritesReports() throws IOException {
        assertThat(run()).isEqualTo(1);

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .contains("kernel-switch", "failed: the guest ended with code 3: out of luck")
                .containsPattern("gain +\\| L4 +\\| user level .* \\| >= 9 +\\| +10 \\| passed");
        JsonNode json = json();
        assertThat(json.get("schema").asText()).isEqualTo("sidestep.results/1");
        JsonNode cell = json.get("cells").get(0);
        assertThat(cell.get("ipc").asText()).isEqualTo("kernel-switch");
        assertThat(cell.get("parameters").get("workload.rounds").asInt()).isEqualTo(1);
        assertThat(cell.get("metrics").get("oneway.cycles").get("median").asInt())
                .isEqualTo(100);
        JsonNode failed = json.get("cells").get(6);
        assertThat(failed.get("status").asText()).isEqualTo("failed");
        assertThat(failed.get("reason").asText()).contains("code 3");
        assertThat(json.get("claims").get(0).get("passed").asBoolean()).isTrue();
        assertThat(Files.readAllLines(results.resolve("results.csv")))
                .hasSize(8)
                .first()
                .asString()
                .startsWith("machine,cpu,kernel,kernel.fast,scheduler,ipc,validation,workload,workload.rounds");
    }

    @Test
    void theReportNeedsNoNetworkAndEscapesWhatTheFileSays() throws IOException {
        run();

        String html = Files.readString(results.resolve("report.html"));
        assertThat(html).contains("Two ways of switching &lt;b>", "echarts", "user-switch");
        assertThat(html).doesNotContainPattern("<script[^>]+src=").doesNotContain("<link", "@DATA@", "<b>");
    }

    @Test
    void twoRunsWithDifferentJobsGiveTheSameBytes() throws IOException {
        run("--jobs", "1");
        byte[] first = Files.readAllBytes(results.resolve("results.json"));
        run("--jobs", "4");

        assertThat(Files.readAllBytes(results.resolve("results.json"))).isEqualTo(first);
    }

    @Test
    void aFailedCellIsExitCodeOneAndIsTheLastThatIsSaidAndTheFirstInTheReport() throws IOException {
        assertThat(run()).isEqualTo(1);

        String place = "workload=script ipc=user-switch workload.rounds=3 workload.ends=badly";
        assertThat(out.toString())
                .containsPattern("badly +\\| +failed \\| +failed \\|")
                .endsWith("\n1 cell FAILED\n  " + place + ": failed: the guest ended with code 3: out of luck\n");
        assertThat(Files.readString(results.resolve("report.html")))
                .contains("\"values\":[{\"text\":\"" + place + "\"")
                .containsPattern(
                        "\"parts\":\\[\\{\"part\":\"table\",\"id\":\"summary\"[^\\[]*\\[[^]]*][^]]*\"1 of 1 passed\"")
                .containsPattern("6 of 7 measured, 1 FAILED.*?\\{\"part\":\"heading\",\"text\":\"Failed cells\"");
    }

    @Test
    void aCellThatIsNotApplicableIsNoFailure() throws IOException {
        assertThat(run("--set", "workload.ends=unfit")).isZero();

        assertThat(out.toString()).contains("not-applicable").doesNotContain("FAILED");
    }

    @Test
    void aPluginThatCannotSayWhatItIsIsListedAsSuchAmongTheOthersAndRefusedByName() throws IOException {
        Map<String, String> services = FakePluginJar.services();
        services.merge(
                "org.sidestep.kernel.IpcPolicy",
                Fakes.Silent.class.getName() + "\n" + Fakes.HalfPacked.class.getName() + "\n",
                String::concat);
        FakePluginJar.write(directory.resolve("plugins/fakes.jar"), "fakes", services);

        assertThat(execute("list", "--plugins", directory.resolve("plugins").toString()))
                .isZero();
        assertThat(out.toString())
                .contains("user-switch ", "silent cannot be described: its summary is null  [fakes.jar]")
                .containsPattern("half-packed cannot be described: .*NoClassDefFoundError: org/example/Missing");
        assertThat(run("--set", "ipc=half-packed")).isEqualTo(2);
        assertThat(err.toString())
                .contains("half-packed", "fakes.jar", "org/example/Missing")
                .doesNotContain("\tat ");
    }

    @Test
    void aFailedClaimIsExitCodeOne() throws IOException {
        Files.writeString(file, EXPERIMENT.replace(">= 9", ">= 11"));

        assertThat(run()).isEqualTo(1);
        assertThat(out.toString()).contains("FAILED");
        assertThat(json().get("claims").get(0).get("measured").asInt()).isEqualTo(10);
    }

    @Test
    void aClaimThatSetHasTakenItsCellsFromIsLeftOutAndSaid() throws IOException {
        assertThat(run("--set", "ipc=user-switch")).isEqualTo(1);

        assertThat(out.toString()).contains("claim 'gain' is left out");
        assertThat(json().get("claims")).isEmpty();
    }

    @Test
    void resumeKeepsFinishedCells() throws IOException {
        run();
        try (Stream<Path> cells = Files.list(results.resolve("cells"))) {
            for (Path cell : cells.toList()) {
                Files.writeString(cell, Files.readString(cell).replace("\"median\":100.0", "\"median\":1234.0"));
            }
        }

        run("--resume");
        assertThat(out.toString()).contains("1234");
        run();
        assertThat(json().toString()).doesNotContain("1234");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run | Missing required parameter: 'FILE'",
                "run missing.yaml PLUGINS OUT | missing.yaml: no such file",
                "run src PLUGINS OUT | src: is a directory",
                "run FILE PLUGINS OUT --bill=roundtrap | no cell has an interval 'roundtrap'",
                "boot src | src: is a directory",
                "conformance oracle --count -1 | --count must be at least 0, not -1",
                "conformance fuzz --count 0 | --count must be at least 1, not 0",
                "run FILE PLUGINS OUT --set rounds | 'rounds' is not of the form name=value",
                "run FILE PLUGINS OUT --set workload.round=1 | no cell has 'workload.round'; did you mean 'workload.rounds'?",
                "run FILE --jobs 0 | --jobs must be at least 1, not 0",
                "run FILE --jobs many | Invalid value for option '--jobs'",
                "run FILE --plugins nowhere | nowhere: no such plugins directory",
                "run FILE --frob | Unknown option: '--frob'",
                "listing --file FILE PLUGINS ipcs=lazy | no cell has 'ipcs'; did you mean 'ipc'?",
                "listing --file FILE PLUGINS ipc=lazy | no cell has ipc: lazy",
                "image --file FILE | Missing required option: '--out=FILE'",
                "run FILE PLUGINS OUT --ablate ,, | --ablate ',,': a name is missing",
                "run FILE PLUGINS OUT --ablate tlb, | --ablate 'tlb,': a name is missing",
                "conformance oracle --count 0 --fp-count 0 | --count and --fp-count are both 0: nothing to compare",
                "run FILE --jobs 010 | '010' is no whole number that fits (whole numbers are decimal, without leading zeros)",
                "run FILE --jobs ١ | '١' is no whole number that fits",
                "frob | Unmatched argument at index 0: 'frob'"
            })
    void badInputIsOneMessageAndExitCodeTwo(String arguments, String message) {
        String filled = arguments
                .replace("FILE", file.toString())
                .replace("PLUGINS", "--plugins " + directory.resolve("plugins"))
                .replace("OUT", "--out " + results);

        assertThat(execute(filled.split(" "))).isEqualTo(2);

        assertThat(err.toString()).startsWith("sidestep: ").contains(message).doesNotContain("\tat ");
        assertThat(results).doesNotExist();
    }

    @Test
    void anOutputDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(results, "a file in the way");

        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("sidestep: " + results).doesNotContain("\tat ");
    }

    @Test
    void listShowsPluginsParametersAndOrigins() {
        assertThat(execute("list", "--plugins", directory.resolve("plugins").toString()))
                .isZero();
        assertThat(out.toString())
                .containsPattern("user-switch +a fake for tests  \\[fakes.jar, 1.2.3]")
                .containsPattern("rounds +how many \\(1..1000; default 3\\)");
    }

    @Test
    void anImageIsWrittenToAFile() {
        Path image = directory.resolve("image.elf");

        int exit = execute("image --file %s --plugins %s --out %s ipc=user-switch workload.rounds=20"
                .formatted(file, directory.resolve("plugins"), image)
                .split(" "));

        assertThat(exit).isZero();
        assertThat(err.toString()).startsWith("cell {machine=script");
        assertThat(image).content().contains("exit 0");
    }

    @ParameterizedTest
    @CsvSource({"run", "boot", "calibrate", "list", "listing", "image", "schema"})
    void everyCommandHasHelp(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: sidestep " + command, "--plugins=DIR");
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                file.toString(),
                "--out",
                results.toString(),
                "--plugins",
                directory.resolve("plugins").toString()));
        arguments.addAll(List.of(more));
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        CommandLine command = Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        return command.execute(arguments);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(results.resolve("results.json")));
    }
}
