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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lecture is reproduced, and the figures that {@code seeds/README.md} quotes are those that a run gives, to the digit. */
class LectureTest {

    private static final Path SEEDS = Path.of("..", "seeds");
    private static final Path README = SEEDS.resolve("README.md");
    private static final String BEGIN = "<!-- figures: LectureTest -->\n";
    private static final String UPDATE =
            "./mvnw -q -Dquick -pl lab -am test -Dtest=LectureTest -Dsurefire.failIfNoSpecifiedTests=false -Dupdate";

    /** What tells a row of the one-way table from the next; everything else is a column. */
    private static final List<String> ROW = List.of(
            "workload.space",
            "workload.call",
            "workload.words",
            "workload.clients",
            "workload.workers",
            "workload.depth",
            "workload.entries");

    private static final List<String> COLUMNS =
            List.of("strict, int baseline", "lazy, int baseline", "strict, tuned", "lazy, tuned", "floor");

    @TempDir
    private Path directory;

    @Test
    void itsClaimsHoldWithTheFiguresThatItsReadmeQuotes() throws IOException {
        StringWriter out = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out, true))
                .execute(
                        "run",
                        SEEDS.resolve("lecture.yaml").toString(),
                        "--no-sensitivity",
                        "--out",
                        directory.toString());
        assertThat(exit).as(out.toString()).isZero();

        JsonNode results =
                new ObjectMapper().readTree(directory.resolve("results.json").toFile());
        String readme = Files.readString(README);
        String before = readme.substring(0, readme.indexOf(BEGIN) + BEGIN.length());
        String current = before + claims(results) + "\n" + oneWay(results);
        if (System.getProperty("update") != null) Files.writeString(README, current);
        assertThat(Files.readString(README))
                .as("write the figures anew: " + UPDATE)
                .isEqualTo(current);
    }

    static String claims(JsonNode results) {
        StringBuilder table = new StringBuilder("| claim | expected | measured |\n| --- | --- | --- |\n");
        for (JsonNode claim : results.get("claims")) {
            table.append("| `%s` %s | `%s` | %s |%n"
                    .formatted(text(claim, "id"), text(claim, "text"), text(claim, "expect"), text(claim, "measured")));
        }
        return table.toString();
    }

    /** Median one-way costs of the two kernels that the lecture compares, default validation and way of returning. */
    private static String oneWay(JsonNode results) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (JsonNode cell : results.get("cells")) {
            String column = column(cell);
            JsonNode cost = cell.path("metrics").path("oneway.cycles").path("median");
            if (cost.isMissingNode() || !COLUMNS.contains(column)) continue;
            rows.computeIfAbsent(row(cell), name -> new TreeMap<>()).putIfAbsent(column, cost.asText());
        }
        String heads = String.join(" | ", COLUMNS);
        String rules = COLUMNS.stream().map(c -> "---").collect(Collectors.joining(" | "));
        return rows.entrySet().stream()
                .map(row -> COLUMNS.stream()
                        .map(column -> row.getValue().getOrDefault(column, ""))
                        .collect(Collectors.joining(" | ", "| " + row.getKey() + " | ", " |\n")))
                .collect(Collectors.joining(
                        "", "| one way, median cycles | " + heads + " |\n| --- | " + rules + " |\n", ""));
    }

    private static String column(JsonNode cell) {
        JsonNode parameters = cell.get("parameters");
        boolean usual = text(cell, "validation").equals("twin")
                && Stream.of("dispatch-partner", "")
                        .anyMatch(parameters.path("ipc.return").asText()::equals);
        if (!usual) return "";
        if (text(cell, "ipc").equals("floor")) return "floor";
        String kernel = text(parameters, "kernel.entry") + " " + text(parameters, "kernel.fastpath");
        return switch (kernel) {
            case "int false" -> text(cell, "ipc") + ", int baseline";
            case "sysenter true" -> text(cell, "ipc") + ", tuned";
            default -> "";
        };
    }

    private static String row(JsonNode cell) {
        JsonNode parameters = cell.get("parameters");
        return ROW.stream()
                .filter(parameters::has)
                .map(name -> name.substring(name.indexOf('.') + 1) + " " + text(parameters, name))
                .collect(Collectors.joining(", ", "`" + text(cell, "workload") + "` ", ""))
                .strip();
    }

    private static String text(JsonNode node, String name) {
        return node.get(name).asText();
    }
}
