package org.sidestep.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lecture is reproduced, and the figures that the READMEs quote are those that a run gives, to the digit. */
class LectureTest {

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

    /** The row that everybody asks for first. */
    private static final String PAIR = "`ping-pong` space intra, call lipc, words 0";

    @TempDir
    private Path directory;

    @Test
    void itsClaimsHoldWithTheFiguresThatTheReadmesQuote() throws IOException {
        JsonNode results = QuotedFigures.run("lecture.yaml", directory);
        Map<String, Map<String, String>> rows = oneWay(results);
        new QuotedFigures(QuotedFigures.SEEDS.resolve("README.md"), LectureTest.class)
                .are(claims(results) + "\n" + table(rows));
        new QuotedFigures(Path.of("..", "README.md"), LectureTest.class)
                .are(settled(rows.get(PAIR)) + "\n" + laziness(results, rows.get(PAIR)));
    }

    private static String settled(Map<String, String> pair) {
        return """
                | IPC inside one address space | strict: through the kernel | lazy: at user level | floor: user-level threads |
                | --- | --- | --- | --- |
                | lecture's baseline: `int`, no fast path | %s | %s | %s |
                | tuned kernel: `sysenter`, fast path | %s | %s | %s |
                """.formatted(
                        pair.get("strict, int baseline"),
                        pair.get("lazy, int baseline"),
                        pair.get("floor"),
                        pair.get("strict, tuned"),
                        pair.get("lazy, tuned"),
                        pair.get("floor"));
    }

    private static String laziness(JsonNode results, Map<String, String> pair) {
        return """
                | what laziness costs | the lecture | here |
                | --- | --- | --- |
                | local IPC, against regular IPC on the baseline | 23 cycles, 1/15 | %s cycles, 1/%.1f |
                | added to a regular IPC inside a space | 43 | at most %s |
                | added to a regular IPC between spaces | 146 | at most %s |
                | kernel fix-up, for a pair or a chain of any length | "???" | %s |
                | kernel entry that finds nothing changed | | %s |
                """.formatted(
                        pair.get("lazy, int baseline"),
                        Double.parseDouble(measured(results, "regular-ratio")),
                        measured(results, "regular-intra"),
                        measured(results, "regular-inter"),
                        measured(results, "fixup-chain"),
                        measured(results, "fixup-unchanged"));
    }

    private static String measured(JsonNode results, String claim) {
        return StreamSupport.stream(results.get("claims").spliterator(), false)
                .filter(c -> text(c, "id").equals(claim))
                .findFirst()
                .map(c -> text(c, "measured"))
                .orElseThrow();
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
    private static Map<String, Map<String, String>> oneWay(JsonNode results) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        for (JsonNode cell : results.get("cells")) {
            String column = column(cell);
            JsonNode cost = cell.path("metrics").path("oneway.cycles").path("median");
            if (cost.isMissingNode() || !COLUMNS.contains(column)) continue;
            rows.computeIfAbsent(row(cell), name -> new TreeMap<>()).putIfAbsent(column, cost.asText());
        }
        return rows;
    }

    private static String table(Map<String, Map<String, String>> rows) {
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
