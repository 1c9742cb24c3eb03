package org.sidestep.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lecture on every processor: its claims hold as {@code seeds/README.md} says, with the figures that it quotes. */
class LectureCpusTest {

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
        JsonNode results = QuotedFigures.run("lecture-cpus.yaml", directory);
        new QuotedFigures(QuotedFigures.SEEDS.resolve("README.md"), LectureCpusTest.class)
                .are(LectureTest.claims(results) + "\n" + medians(results));
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
