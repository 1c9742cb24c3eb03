package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
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
import org.sidestep.lab.file.ResultDirectory;

/** What a run does to a directory in which something is. */
class ResultDirectoryTest {

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();
    private Path results;

    @BeforeEach
    void writeExperiment() throws IOException {
        FakePluginJar.directory(Files.createDirectory(directory.resolve("plugins")));
        Files.writeString(directory.resolve("test.yaml"), """
                name: test
                matrix: {machine: script, cpu: script, kernel: script, scheduler: script, validation: script,
                         ipc: user-switch, workload: {id: script, rounds: [1, 2]}}
                """);
        results = directory.resolve("results");
    }

    @Test
    void aDirectoryOfTheUsersIsRefusedAndStaysAsItIs() throws IOException {
        Path own = Files.writeString(
                Files.createDirectories(results.resolve("cells")).resolve("biology.json"), "{}");

        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains(results + ": is not empty and holds no results of sidestep", "--out");
        assertThat(run("--resume")).isEqualTo(2);
        assertThat(own).hasContent("{}");
        assertThat(names(results)).containsExactly("cells");
    }

    @Test
    void whatTheUserPutsBesideResultsStays() throws IOException {
        run();
        Path note = Files.writeString(results.resolve("note.txt"), "mine");
        Path cell = Files.writeString(results.resolve("cells/mine.json"), "mine");

        assertThat(run()).as(err.toString()).isZero();
        assertThat(run("--resume")).as(err.toString()).isZero();
        assertThat(note).hasContent("mine");
        assertThat(cell).hasContent("mine");
    }

    @Test
    void theResultsOfAnotherRunAreReplacedOnlyIfItIsGoneOnWith() throws IOException {
        run();
        byte[] first = Files.readAllBytes(results.resolve("results.json"));
        List<String> cells = names(results.resolve("cells"));

        assertThat(run("--set", "workload.rounds=3")).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        results + ": holds the results of another run (experiment test, sha256:", "--out", "--resume");
        assertThat(results.resolve("results.json")).hasBinaryContent(first);

        assertThat(run("--set", "workload.rounds=3", "--resume")).isZero();
        assertThat(names(results.resolve("cells"))).containsAll(cells).hasSize(3);
        assertThat(results.resolve("results.json")).content().contains("workload.rounds=3");
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void twoRunsAtOnceInOneDirectoryAreRefused() throws Exception {
        run();
        byte[] right = Files.readAllBytes(results.resolve("results.json"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), results);
        String message =
                results + ": another run is writing there; wait until it has ended, or choose another directory";

        try (ResultDirectory other = ResultDirectory.open(link, List.of("x"), true)) {
            assertThat(run("--resume")).isEqualTo(2);
            assertThat(err.toString()).contains(message).hasLineCount(1);
            Process process = process(
                    "run",
                    directory.resolve("test.yaml").toString(),
                    "--resume",
                    "--out",
                    results.toString(),
                    "--plugins",
                    directory.resolve("plugins").toString());
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains(message)
                    .hasLineCount(1);
            assertThat(process.waitFor()).isEqualTo(2);
        }
        assertThat(results.resolve("results.json")).hasBinaryContent(right);
        assertThat(run("--resume")).as(err.toString()).isZero();
    }

    @Test
    void aLockThatAKilledRunLeftBehindIsNoLock() throws IOException {
        Files.createDirectories(results);
        Files.writeString(results.resolve("run.lock"), "");

        assertThat(run()).as(err.toString()).isZero();
    }

    @Test
    void aDirectoryThatALinkNamesIsWrittenAndTheLinkStays() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        Files.createSymbolicLink(results, target);

        assertThat(run()).as(err.toString()).isZero();
        assertThat(results).isSymbolicLink();
        assertThat(target.resolve("results.json")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "[[[[[[[[[[",
                "{\"status\":\"ok\"}",
                "{\"status\":null,\"reason\":null,\"image\":null,\"metrics\":null,\"timeline\":null}",
                "{\"status\":\"ok\",\"reason\":\"\",\"image\":\"IMAGE\",\"metrics\":null,\"timeline\":null}",
                "{\"status\":\"odd\"}"
            })
    void aDamagedCellRunsAgain(String damage) throws IOException {
        run();
        byte[] right = Files.readAllBytes(results.resolve("results.json"));
        for (String cell : names(results.resolve("cells"))) {
            Path file = results.resolve("cells").resolve(cell);
            String image = Files.readString(file).replaceAll(".*\"image\":\"([^\"]*)\".*", "$1");
            Files.writeString(file, damage.replace("IMAGE", image));
        }

        assertThat(run("--resume")).as(err.toString()).isZero();
        assertThat(results.resolve("results.json")).hasBinaryContent(right);
    }

    @Test
    void pluginsOfTheDirectoryThatOneIsInAreNotLoaded() throws Exception {
        Files.writeString(directory.resolve("plugins/broken.jar"), "this is no jar");
        Process list = process("list", "user-switch");
        String said = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(list.waitFor()).isEqualTo(2);
        assertThat(said)
                .startsWith("sidestep: there is no plugin 'user-switch'")
                .contains("(looked in the class path)");
    }

    /** The command line in a process of its own. */
    private Process process(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                directory.resolve("test.yaml").toString(),
                "--out",
                results.toString(),
                "--plugins",
                directory.resolve("plugins").toString()));
        arguments.addAll(List.of(more));
        return Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
