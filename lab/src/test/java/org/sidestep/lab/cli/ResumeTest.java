package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.fake.FakePluginJar;

/** A process that is killed in the middle of a matrix. */
class ResumeTest {

    private static final int CELLS = 8;

    @TempDir
    private Path directory;

    @Test
    @Timeout(120)
    void aKilledMatrixResumedGivesTheSameResultsAsAnUninterruptedOne() throws Exception {
        FakePluginJar.directory(Files.createDirectory(directory.resolve("plugins")));
        Files.writeString(directory.resolve("test.yaml"), """
                name: test
                matrix:
                  {machine: script, cpu: script, kernel: script, scheduler: script, validation: script, ipc: user-switch,
                   workload: {id: script, pause: 400, rounds: [1, 2, 3, 4, 5, 6, 7, 8]}}
                """);
        Path interrupted = directory.resolve("interrupted");

        Process victim = start(interrupted, "--jobs", "1");
        while (written(interrupted).size() < 2) Thread.sleep(20);
        victim.destroyForcibly().waitFor();
        Map<Path, FileTime> kept = written(interrupted);
        assertThat(kept).hasSizeLessThan(CELLS);
        assertThat(interrupted.resolve("results.json")).doesNotExist();

        assertThat(start(interrupted, "--resume", "--jobs", "2").waitFor()).isZero();
        assertThat(start(directory.resolve("whole"), "--jobs", "8").waitFor()).isZero();

        assertThat(interrupted.resolve("results.json")).hasSameBinaryContentAs(directory.resolve("whole/results.json"));
        assertThat(written(interrupted)).hasSize(CELLS);
        assertThat(written(interrupted)).containsAllEntriesOf(kept);
    }

    /** When each finished cell was written. */
    private static Map<Path, FileTime> written(Path out) throws IOException {
        Map<Path, FileTime> written = new TreeMap<>();
        if (!Files.isDirectory(out.resolve("cells"))) return written;
        try (Stream<Path> files = Files.list(out.resolve("cells"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                written.put(file, Files.getLastModifiedTime(file));
            }
        }
        return written;
    }

    private Process start(Path out, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                directory.resolve("test.yaml").toString(),
                "--plugins",
                directory.resolve("plugins").toString(),
                "--out",
                out.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.txt").toFile())
                .start();
    }
}
