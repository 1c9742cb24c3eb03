package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    private int trace(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("trace", "--file", "../seeds/lecture.yaml", "--set", "workload.rounds=20"));
        all.addAll(List.of(arguments));
        return Main.commandLine().setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    }

    @Test
    void theFileIsWrittenAndWhatIsInItIsTold() throws Exception {
        Path out = directory.resolve("trace.json");

        assertThat(trace("ipc=lazy", "workload=ping-pong", "--out", out.toString(), "--max-events", "60"))
                .isZero();
        assertThat(err.toString()).contains("events, cycles", "--max-events=60", "--from and --to");
        assertThat(new ObjectMapper()
                        .readTree(out.toFile())
                        .get("otherData")
                        .get("cell")
                        .asText())
                .contains("ipc=lazy");
    }

    @Test
    void aCellThatFailsIsTracedUpToThere() {
        Path out = directory.resolve("trace.json");

        assertThat(trace("workload=ping-pong", "--set", "limit.cycles=7400000", "--out", out.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("the cell is limit: did not end within 7,400,000 cycles");
        assertThat(out).isNotEmptyFile();
    }

    @Test
    void mistakesAreOneMessageAndWriteNothing() {
        Path out = directory.resolve("trace.json");

        assertThat(trace("ipc=lazy", "--out", directory.resolve("no/trace.json").toString()))
                .isEqualTo(2);
        assertThat(trace("ipc=lazy", "--out", out.toString(), "--from", "10", "--to", "10"))
                .isEqualTo(2);
        assertThat(trace("ipc=lasy", "--out", out.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no directory", "--to must be at least 11, not 10", "no cell has ipc: lasy")
                .doesNotContain("\tat ");
        assertThat(Files.exists(out)).isFalse();
    }
}
