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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lecture on every processor: its claims hold as {@code seeds/README.md} says, with the figures that it quotes. */
class LectureCpusTest {

    private static final Path SEEDS = Path.of("..", "seeds");
    private static final Path README = SEEDS.resolve("README.md");
    private static final String BEGIN = "<!-- processors: LectureCpusTest -->\n";
    private static final String END = "<!-- end of processors -->";
    private static final String UPDATE =
            "./mvnw -q -Dquick -pl lab -am test -Dtest=LectureCpusTest -Dsurefire.failIfNoSpecifiedTests=false -Dupdate";

    private static final List<String> COLUMNS = List.of(
            "lazy, dispatch-partner",
            "lazy, jump",
            "lazy, ret",
            "strict, same space",
            "lazy adds",
            "strict, other space",
            "lazy adds ",
            "fix-up");

    @TempDir
    private Path directory;

    @Test
    void itsClaimsHoldOnTheProcessorsThatTheReadmeSays() throws IOException {
        StringWriter out = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out, true))
                .execute(
                        "run",
                        SEEDS.resolve("lecture-cpus.yaml").toString(),
                        "--no-sensitivity",
                        "--out",
                        directory.toString());
        assertThat(exit).as(out.toString()).isZero();

        JsonNode results =
                new ObjectMapper().readTree(directory.resolve("results.json").toFile());
        String readme = Files.readString(README);
        String current = readme.substring(0, readme.indexOf(BEGIN) + BEGIN.length())
                + LectureTest.claims(results)
                + "\n"
                + medians(results)
                + readme.substring(readme.indexOf(END));
        if (System.getProperty("update") != null) Files.writeString(README, current);
        assertThat(Files.readString(README))
                .as("write the figures anew: " + UPDATE)
                .isEqualTo(current);
    }

    private static String medians(JsonNode results) {
        Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
        for (JsonNode cell : results.get("cells")) {
            Map<String, Double> row = rows.computeIfAbsent(cell.get("cpu").asText(), cpu -> new LinkedHashMap<>());
            JsonNode metrics = cell.get("metrics");
            if (metrics.has("fixup.cycles") && cell.get("workload").asText().equals("chain")) {
                row.put("fix-up", metrics.get("fixup.cycles").get("median").asDouble());
            }
            row.putIfAbsent(
                    column(cell), metrics.get("oneway.cycles").get("median").asDouble());
        }
        StringBuilder table = new StringBuilder("| one way, median cycles | " + String.join(" | ", COLUMNS) + " |\n");
        table.append("| --- |").append(" --- |".repeat(COLUMNS.size())).append('\n');
        rows.forEach((cpu, row) -> {
            row.put("lazy adds", row.get("lazy, same space") - row.get("strict, same space"));
            row.put("lazy adds ", row.get("lazy, other space") - row.get("strict, other space"));
            table.append("| `").append(cpu).append("` |");
            COLUMNS.forEach(
                    name -> table.append(' ').append(number(row.get(name))).append(" |"));
            table.append('\n');
        });
        return table.toString();
    }

    private static String column(JsonNode cell) {
        JsonNode parameters = cell.get("parameters");
        if (!cell.get("workload").asText().equals("ping-pong")) return "chain";
        String ipc = cell.get("ipc").asText();
        if (parameters.get("workload.call").asText().equals("lipc")) {
            return ipc.equals("lazy") ? "lazy, " + parameters.get("ipc.return").asText() : "strict, lipc";
        }
        boolean same = parameters.get("workload.space").asText().equals("intra");
        return ipc + (same ? ", same space" : ", other space");
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
