package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.machine.Engine;

/** The kernel under each policy gives the same bytes with both engines. */
class TranslatorCellsTest {
    private static final String MATRIX = """
            name: engines
            limit: {cycles: 500_000_000}
            defaults:
              machine: ia32
              cpu: [unit, p3-coppermine]
              kernel: {id: l4, entry: sysenter, fastpath: on}
              scheduler: priority-rr
              ipc: [strict, lazy]
              validation: twin
            matrix:
              - workload: {id: ping-pong, space: inter, call: ipc, words: 8}
              - workload: {id: chain, depth: 2, entries: on}
              - workload: {id: load-distribution, clients: 2, workers: 2}
              - kernel: {id: l4, entry: int, fastpath: off, tick: 100}
                workload: preempted
            """;

    @TempDir
    private Path directory;

    @AfterEach
    void interpretAgain() {
        Engine.INTERPRETER.choose();
        System.clearProperty("sidestep.engine.hot");
    }

    @Test
    void everyPolicyGivesTheSameResultsWithBothEngines() throws IOException {
        Path file = Files.writeString(directory.resolve("engines.yaml"), MATRIX);
        String interpreted = run(file, "interpreter");
        System.setProperty("sidestep.engine.hot", "200");
        assertThat(run(file, "translator")).isEqualTo(interpreted);
    }

    private String run(Path file, String engine) throws IOException {
        Path results = directory.resolve(engine);
        StringWriter out = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out, true))
                .execute(
                        "run",
                        file.toString(),
                        "--engine",
                        engine,
                        "--no-sensitivity",
                        "--set",
                        "workload.rounds=100",
                        "--out",
                        results.toString());
        assertThat(exit).as(out.toString()).isZero();
        return Files.readString(results.resolve("results.json"));
    }

    @Test
    void anEngineThatDoesNotExistIsRefused() {
        StringWriter err = new StringWriter();
        int exit = Main.commandLine().setErr(new PrintWriter(err, true)).execute("run", "x.yaml", "--engine", "warp");
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).contains("there is no engine 'warp'; use interpreter or translator");
    }
}
