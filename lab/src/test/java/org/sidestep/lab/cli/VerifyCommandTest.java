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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code sidestep verify} from outside, with the platform's plugins. */
class VerifyCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ipc=lazy cpu=unit | cpu=unit: the processor that is the clock is an option; say --cpu ID",
                "ipc=lazy cpu.trap.cycles=3 | cpu.trap.cycles=3: the processor that is the clock is an option; say --cpu ID",
                "ipc=lazy workload=chain | workload=chain: a verification runs its own workloads; leave it out",
                "ipc=lazy validaton=twin | 'validaton' is no coordinate of what is verified; did you mean 'validation'?",
                "validation=twin | no policy is named; say which, for example ipc=lazy",
                "ipc=lazy --workloads neighbour | --workloads: verification does not run 'neighbour'; did you mean 'neighbours'?",
                "ipc=lazy --bound pct --depth 0 | --depth must be at least 1, not 0",
                "ipc=lazy --time 10 | --time 10: is no time; write 90s, 10m or 2h",
                "ipc=lazy --shard 3/2 | --shard '3/2' is no shard; write I/N with I from 1 to N, for example 3/20",
                "ipc=lazy --mutants --each 0 | --each must be at least 1, not 0",
                "ipc=floor | ipc=floor: its threads are not the kernel's, so there is nothing to verify; name another policy",
                "ipc=lazy --jobs 0 | --jobs must be at least 1, not 0",
                "ipc=lazzy | there is no ipc 'lazzy'; did you mean 'lazy'? (looked in the class path)"
            })
    void aMistakeIsOneMessageThatSaysTheRemedy(String arguments, String message) {
        assertThat(verify(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("sidestep: " + message);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void disturbancesAreListedLikeAllPlugins() {
        assertThat(sidestep("list")).isZero();
        assertThat(out.toString())
                .contains("\ndisturbance\n")
                .containsPattern("timer-interrupt +the timer interrupts at each instruction boundary");
    }

    @Test
    void aDisturbanceIsShownByItsId() {
        assertThat(sidestep("list", "stub-jumps")).isZero();
        assertThat(out.toString()).contains("a jump to each byte of each stub");
    }

    /** A process of its own, killed as kill -9 kills. */
    @Test
    void whatWasKilledGoesOnAndComesToTheSameReport() throws Exception {
        Path whole = directory.resolve("whole");
        Path killed = directory.resolve("killed");
        Process first = process(killed);
        Path parts = killed.resolve("parts");
        while (first.isAlive() && finished(parts) < 3) Thread.sleep(10);
        first.destroyForcibly().waitFor();
        assertThat(first.exitValue()).as("it was killed in the middle").isNotZero();
        long kept = finished(parts);
        assertThat(killed.resolve("verdict.json")).doesNotExist();

        assertThat(sidestep(arguments(killed, "--resume"))).isZero();
        assertThat(sidestep(arguments(whole))).isZero();
        assertThat(finished(parts)).isEqualTo(finished(whole.resolve("parts"))).isGreaterThan(kept);
        for (String file : List.of("verdict.json", "junit.xml"))
            assertThat(killed.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }

    @Test
    void shardsComeToTheReportOfOneMachineAndWhatIsMissingOrMixedIsSaid() {
        String one =
                "verify ipc=lazy kernel.entry=sysenter kernel.fastpath=on --workloads chain --bound singles --jobs 1 --out ";
        Path whole = directory.resolve("whole");
        Path shared = directory.resolve("shared");
        assertThat(sidestep((one + whole).split(" "))).isZero();
        assertThat(sidestep((one + shared + " --shard 1/2").split(" "))).isZero();
        assertThat(sidestep("merge", shared.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("parts are missing; nothing is judged");
        assertThat(shared.resolve("verdict.json")).doesNotExist();

        String other = one.replace("singles", "near");
        assertThat(sidestep((other + shared + " --shard 2/2").split(" "))).isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "holds shards of another verification (--bound was SINGLES and is NEAR); run all shards with");

        assertThat(sidestep((one + shared + " --shard 2/2").split(" "))).isZero();
        assertThat(sidestep("merge", shared.toString())).isZero();
        for (String file : List.of("verdict.json", "junit.xml"))
            assertThat(shared.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }

    private static long finished(Path parts) throws IOException {
        if (!Files.isDirectory(parts)) return 0;
        try (Stream<Path> files = Files.list(parts)) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    private static String[] arguments(Path out, String... more) {
        String all =
                "verify ipc=lazy kernel.entry=sysenter kernel.fastpath=on --bound singles --workloads monitor --jobs 1";
        return Stream.concat(
                        Stream.concat(Stream.of(all.split(" ")), Stream.of("--out", out.toString())), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void whereTheHostsMemoryIsNotEnoughOneLineSaysSo() throws Exception {
        Process small = process(directory.resolve("small"), "-Xmx48m", "-XX:+UseSerialGC");
        assertThat(small.waitFor()).isEqualTo(2);
        List<String> lines = Files.readAllLines(directory.resolve("small.log"));
        assertThat(lines.get(lines.size() - 1))
                .startsWith("sidestep: this takes more than the ")
                .contains("-Xmx");
        assertThat(lines).noneMatch(line -> line.contains("\tat "));
    }

    private static Process process(Path out, String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments(out)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Path.of(out + ".log").toFile())
                .start();
    }

    private int verify(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--out";
        all[arguments.length + 2] = directory.toString();
        return sidestep(all);
    }

    private int sidestep(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
