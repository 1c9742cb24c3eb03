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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    void aPageShowsTheStretchThatWasAskedForAsTheReportShowsTheFirstRounds() throws Exception {
        JsonNode all = lane(page("all.html"));
        int third = all.get("slices").size() / 3;
        long from = all.get("slices").get(third).get(0).asLong();
        long to = all.get("slices").get(2 * third).get(0).asLong();

        JsonNode some = lane(page("some.html", "--from", "+" + (from + 1), "--to", "+" + to));
        assertThat(some.get("slices")).hasSize(third);
        assertThat(some.get("slices").get(0).get(0).asLong()).isEqualTo(from + 1);
        for (int i = 1; i < third; i++)
            for (int end = 0; end < 3; end++)
                assertThat(some.get("slices").get(i).get(end))
                        .isEqualTo(all.get("slices").get(third + i).get(end));

        Matcher begin = Pattern.compile("which is cycle ([0-9]+)").matcher(err.toString());
        assertThat(begin.find()).isTrue();
        long clock = Long.parseLong(begin.group(1));
        JsonNode absolute = lane(page("absolute.html", "--from", "" + (clock + from + 1), "--to", "" + (clock + to)));
        assertThat(absolute).isEqualTo(some);
    }

    private Path page(String name, String... more) {
        Path file = directory.resolve(name);
        List<String> all = new ArrayList<>(List.of("ipc=lazy", "workload=ping-pong", "--out", file.toString()));
        all.addAll(List.of(more));
        assertThat(trace(all.toArray(String[]::new))).as(err.toString()).isZero();
        return file;
    }

    /** The only one that a page shows. */
    private static JsonNode lane(Path page) throws IOException {
        String text = Files.readString(page);
        String data =
                text.substring(text.indexOf("type=\"application/json\">") + "type=\"application/json\">".length());
        return new ObjectMapper()
                .readTree(data)
                .get("parts")
                .get(0)
                .get("variants")
                .get(0)
                .get("lanes")
                .get(0);
    }

    @Test
    void mistakesAreOneMessageAndWriteNothing() {
        Path out = directory.resolve("trace.json");

        assertThat(trace("ipc=lazy", "--out", directory.resolve("no/trace.json").toString()))
                .isEqualTo(2);
        assertThat(trace("ipc=lazy", "--out", out.toString(), "--from", "10", "--to", "10"))
                .isEqualTo(2);
        assertThat(trace("ipc=lasy", "--out", out.toString())).isEqualTo(2);
        assertThat(trace("ipc=lazy", "--out", out.toString(), "--from", "-1")).isEqualTo(2);
        assertThat(trace("ipc=lazy", "--out", directory.resolve("late.html").toString(), "--from", "+900000000"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("there is no directory", "--to must be at least 11, not 10", "no cell has ipc: lasy")
                .contains("--from=-1: is no cycle; say for example 25000, or +1000 from the begin of measuring")
                .contains("nothing is measured in that stretch; measuring begins in cycle ")
                .doesNotContain("\tat ");
        assertThat(Files.exists(out)).isFalse();
    }
}
