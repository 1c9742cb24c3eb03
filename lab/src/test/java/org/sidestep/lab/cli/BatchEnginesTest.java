package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.fake.FakePluginJar;

/** The jobs that {@code shards} prints, handed to the engines that they are for. */
@Timeout(300)
class BatchEnginesTest {

    private static final int CELLS = 20;

    @TempDir
    private Path directory;

    private Path launcher;
    private Path sharded;

    @BeforeEach
    void writeExperiment() throws IOException {
        FakePluginJar.directory(Files.createDirectory(directory.resolve("plugins")));
        Files.writeString(directory.resolve("test.yaml"), """
                name: test
                matrix:
                  {machine: script, cpu: script, kernel: script, scheduler: script, validation: script, ipc: user-switch,
                   workload: {id: script, pause: 500, work: [0, 1, 2, 3], rounds: [1, 2, 3, 4, 5]}}
                """);
        sharded = directory.resolve("sharded");
        launcher = Release.made().linkedFrom(directory);
    }

    @Test
    void gnuParallelGoesOnWhereItWasStopped() throws Exception {
        require("parallel");
        Path script = Files.writeString(directory.resolve("job.sh"), shards("parallel"));

        Process first = start("sh", script.toString());
        while (cells() < 3) Thread.sleep(50);
        assertThat(killOneTask()).isTrue();
        while (cells() < 6) Thread.sleep(50);
        first.descendants().forEach(ProcessHandle::destroyForcibly);
        first.destroyForcibly().waitFor();
        assertThat(cells()).isLessThan(CELLS);
        assertThat(sidestep("merge", sharded.toString())).contains(" missing").doesNotContain(" 0 missing");

        assertThat(output(start("sh", script.toString()), 0)).contains("shard ");
        assertSameAsOneRun();
    }

    @Test
    void aSlurmArrayOfWhichATaskIsKilledAndANodeDrainedIsCompletedByItsMissingShards() throws Exception {
        require("slurmctld", "slurmd", "sbatch");
        assumeTrue("root".equals(System.getProperty("user.name")), "Slurm's daemons run jobs as others only as root");
        try (SlurmCluster slurm = SlurmCluster.start(Files.createDirectory(directory.resolve("slurm")))) {
            Path script = Files.writeString(directory.resolve("job.sh"), shards("slurm"));
            slurm.run("sbatch", script.toString());
            while (cells() < 3) Thread.sleep(50);
            assertThat(killOneTask()).isTrue();
            slurm.run("scontrol", "update", "nodename=n2", "state=drain", "reason=test");
            slurm.awaitEmptyQueue();
            assertThat(sidestep("merge", sharded.toString()))
                    .contains(" missing")
                    .doesNotContain(" 0 missing");

            String missing = shards("slurm", "--missing");
            assertThat(missing).containsPattern("array=\\d+%");
            slurm.run(
                    "sbatch",
                    Files.writeString(directory.resolve("missing.sh"), missing).toString());
            slurm.awaitEmptyQueue();
            assertSameAsOneRun();
        }
    }

    @Test
    void theKubernetesJobRunsEachShardOnceAndGivesUpOnBadInput() throws Exception {
        String manifest = shards("kubernetes");
        assertThat(strict().readValue(manifest, Job.class).getSpec().getBackoffLimitPerIndex())
                .isEqualTo(3);
        JsonNode job = new YAMLMapper().readTree(manifest);
        assertThat(job.at("/apiVersion").asText()).isEqualTo("batch/v1");
        JsonNode spec = job.at("/spec");
        assertThat(spec.at("/completionMode").asText()).isEqualTo("Indexed");
        assertThat(spec.at("/completions").asInt()).isEqualTo(CELLS);
        assertThat(spec.at("/podFailurePolicy/rules/0/action").asText()).isEqualTo("FailIndex");
        assertThat(spec.at("/podFailurePolicy/rules/0/onExitCodes/values/0").asInt())
                .isEqualTo(2);
        String command = spec.at("/template/spec/containers/0/args/0").asText();
        Path own = Files.createDirectory(directory.resolve("bin"));
        Files.writeString(own.resolve("sidestep"), "#!/bin/sh\necho \"$@\"\n");
        assertThat(own.resolve("sidestep").toFile().setExecutable(true)).isTrue();
        for (int index : new int[] {0, 7, CELLS - 1}) {
            ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", command);
            shell.environment().put("PATH", own + File.pathSeparator + System.getenv("PATH"));
            shell.environment().put("JOB_COMPLETION_INDEX", String.valueOf(index));
            assertThat(output(shell.redirectErrorStream(true).start(), 0))
                    .startsWith("run " + directory.resolve("test.yaml"))
                    .endsWith("--shard " + (index + 1) + "/" + CELLS + "\n");
        }
    }

    /** Refuses a field that Kubernetes does not know, or a value of another type. */
    private static YAMLMapper strict() {
        YAMLMapper mapper = new YAMLMapper();
        mapper.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            private static final long serialVersionUID = 1L;

            @Override
            public Boolean hasAnySetter(Annotated annotated) {
                return false;
            }
        });
        return mapper;
    }

    private void assertSameAsOneRun() throws Exception {
        assertThat(sidestep("merge", sharded.toString())).contains(CELLS + " computed, 0 reused, 0 missing");
        sidestep(
                "run",
                directory.resolve("test.yaml").toString(),
                "--jobs",
                String.valueOf(CELLS),
                "--out",
                directory.resolve("whole").toString());
        for (String report : List.of("results.json", "results.csv", "results.columns.csv", "report.html")) {
            assertThat(sharded.resolve(report))
                    .hasSameBinaryContentAs(directory.resolve("whole").resolve(report));
        }
    }

    private String shards(String engine, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "shards",
                directory.resolve("test.yaml").toString(),
                "--for",
                engine,
                "--cells-per-task",
                "1",
                "--out",
                sharded.toString()));
        arguments.addAll(Arrays.asList(more));
        return sidestep(arguments.toArray(String[]::new));
    }

    private String sidestep(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--plugins", directory.resolve("plugins").toString()));
        // Java tells which options it found; what is printed here may be a job.
        return output(start(command.toArray(String[]::new)), -1).replaceFirst("^Picked up .*\n", "");
    }

    private Process start(String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(Release.shortRuns());
        return builder.start();
    }

    /** What a process says until it ends, with that code, or any if that is negative. */
    private static String output(Process process, int code) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int ended = process.waitFor();
        if (code >= 0) assertThat(ended).as(output).isEqualTo(code);
        return output;
    }

    /** One that has just begun a shard with cells, of which therefore none is there yet. */
    private boolean killOneTask() throws Exception {
        String numbers = shards("parallel", "--missing").split(":::")[1];
        Set<String> withCells = Set.of(numbers.strip().split(" "));
        Set<ProcessHandle> before = tasks(withCells).collect(Collectors.toSet());
        Optional<ProcessHandle> begun = Optional.empty();
        for (Instant end = Instant.now().plusSeconds(30);
                begun.isEmpty() && Instant.now().isBefore(end); ) {
            Thread.sleep(10);
            begun = tasks(withCells).filter(task -> !before.contains(task)).findFirst();
        }
        return begun.map(ProcessHandle::destroyForcibly).orElse(false);
    }

    /** Those that work on this test's own directory, and not what they start, which looks the same for a moment. */
    private Stream<ProcessHandle> tasks(Set<String> shards) {
        return ProcessHandle.allProcesses()
                .filter(process -> isTask(process, shards))
                .filter(process -> process.parent()
                        .filter(parent -> isTask(parent, shards))
                        .isEmpty());
    }

    private boolean isTask(ProcessHandle process, Set<String> shards) {
        String line = process.info().commandLine().orElse("");
        Matcher shard = Pattern.compile("--shard (\\d+)/").matcher(line);
        return line.contains(Main.class.getName())
                && line.contains("--out " + sharded)
                && shard.find()
                && shards.contains(shard.group(1));
    }

    private long cells() throws IOException {
        Path cells = sharded.resolve("shards/cells");
        if (!Files.isDirectory(cells)) return 0;
        try (Stream<Path> files = Files.walk(cells)) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    private static void require(String... programs) {
        for (String program : programs) {
            boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
            assumeTrue(found, program + " is not installed");
        }
    }
}
