package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in C, built by a compiler that makes 32-bit programs. */
class CProgramsTest extends Booting {

    /**
     * What one IPC costs more than in the assembled ping-pong, whose loop is a call and a counter: in C each call also goes through a
     * jump to the stub, loads the own UTCB and its tag, saves EBP for the compiler, and stores what arrived in registers.
     */
    private static final String EXPERIMENT = """
            name: c
            defaults:
              machine: ia32
              cpu: p3-coppermine
              scheduler: priority-rr
              validation: twin
              ipc: [strict, lazy]
              kernel: [{id: l4, entry: int, fastpath: off}, {id: l4, entry: sysenter, fastpath: on}]
            matrix:
              - workload: {id: ping-pong, rounds: 100}
              - workload:
                  id: elf
                  root: ROOT
                  rounds: 100
                  begin: measure_begin
                  end: measure_end
                  intervals: oneway=turn..turn/2
                  printed: rounds.printed=rounds
            claims:
              - {id: same, text: C is never cheaper, measure: oneway.cycles.median, over: each, where: {workload: elf},
                 minus: {where: {workload: ping-pong}}, expect: '>= 0'}
              - {id: close, text: and costs a few instructions more, measure: oneway.cycles.median, over: each, where: {workload: elf},
                 minus: {where: {workload: ping-pong}}, expect: <= 6}
              - {id: printed, text: it says how many rounds it plays, measure: rounds.printed, over: each, where: {workload: elf}, expect: == 100}
            """;

    @BeforeEach
    void aCompilerIsThere() throws IOException {
        Path probe = Files.writeString(directory.resolve("probe.c"), "int main(void) { return 0; }\n");
        boolean builds = build(probe, "probe") == 0;
        assumeTrue("true".equals(System.getenv("CI")) || builds, "gcc -m32 is not installed");
    }

    @ParameterizedTest
    @CsvSource({"strict, int", "strict, sysenter", "lazy, int", "lazy, sysenter"})
    void aPipelineOfThreeAddressSpacesDoesItsWork(String policy, String entry) throws IOException {
        example("pipeline");
        assertThat(image("--root", path("pipeline"), "ipc=" + policy, "kernel.entry=" + entry))
                .as(err.toString())
                .isZero();
        assertThat(boot("image", "--serial")).isZero();
        assertThat(serial()).endsWith("\npipeline: sum = 338350\r\n");
    }

    @ParameterizedTest
    @CsvSource({"strict, int", "lazy, sysenter"})
    void serialLineKeyboardAndClockAreDrivenByThreads(String policy, String entry) throws IOException {
        example("drivers");
        assertThat(image("--root", path("drivers"), "ipc=" + policy, "kernel.entry=" + entry))
                .as(err.toString())
                .isZero();
        Files.writeString(directory.resolve("keys"), "x2 on l4\n");
        assertThat(boot("image", "--keys", path("keys"), "--input-after", "type: ", "--serial"))
                .isZero();
        assertThat(serial()).endsWith("\ntype: x2 on l4\r\ndrivers: the clock ticks\r\n");
    }

    @Test
    void aPingPongByTheGeneralCallAndGlobalIdsEndsAsWell() throws IOException {
        example("ping-pong", "-DIPC");
        assertThat(image("--root", path("ping-pong"), "ipc=strict"))
                .as(err.toString())
                .isZero();
        assertThat(boot("image", "--serial")).isZero();
        assertThat(serial()).endsWith("\nping-pong: rounds = 1000\r\n");
    }

    @Test
    void aPingPongInCCostsAFewInstructionsMoreThanTheAssembledOne() throws IOException {
        example("ping-pong");
        Path file = Files.writeString(directory.resolve("c.yaml"), EXPERIMENT.replace("ROOT", path("ping-pong")));
        StringWriter out = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("run", file.toString(), "--out", path("results"), "--no-sensitivity");
        assertThat(code).as(out.toString() + err).isZero();
    }

    private void example(String name, String... options) throws IOException {
        assertThat(build(home().resolve("examples").resolve(name + ".c"), name, options))
                .isZero();
    }

    private int build(Path source, String program, String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("sh", home().resolve("l4cc").toString(), "-o", path(program), source.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            if (process.waitFor(60, TimeUnit.SECONDS)) return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return -1;
    }

    private static Path home() {
        return Path.of("../workloads/src/main/c");
    }
}
