package org.sidestep.lab.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;

/**
 * A {@code results.json} as it was read.
 *
 * @param name the file, for messages
 * @param cells by their texts, in the file's order
 * @param claims by their ids: {@code passed} or {@code FAILED}
 * @param root all there is
 */
public record SavedResults(String name, Map<String, SavedCell> cells, Map<String, String> claims, JsonNode root) {

    /** What files of this program say that they are. */
    public static final String SCHEMA = "sidestep.results/1";

    private static final String FILE = "results.json";

    /**
     * A metric of a cell: a number, or a median that lies between the smallest sample and the 99th percentile; with several layouts
     * between the least and the greatest.
     */
    record Metric(double value, double min, double p99) {

        /** The same where layouts spread it, not samples. */
        Metric over(JsonNode spread) {
            return new Metric(
                    value,
                    spread.path("low").asDouble(value),
                    spread.path("high").asDouble(value));
        }

        /** Whether one run's value lies among the samples of the other: then they tell nothing apart. */
        boolean isWithinSpreadOf(Metric other) {
            return value >= other.min && value <= other.p99 && other.value >= min && other.value <= p99;
        }
    }

    /** A cell's outcome. */
    record SavedCell(String status, String reason, Map<String, Metric> metrics) {}

    /**
     * Reads a file, or that in a directory of results.
     *
     * @throws BadInput if it holds no results
     */
    public static SavedResults read(Path place) {
        Path file = Files.isDirectory(place) ? place.resolve(FILE) : place;
        byte[] bytes = InputFile.read(file);
        try {
            JsonNode root = new ObjectMapper().readTree(bytes);
            if (root == null || !root.path("schema").asText().equals(SCHEMA)) {
                throw new BadInput(String.format(
                        Locale.ROOT,
                        "%s: holds no results of sidestep (no \"schema\": \"%s\"); name a results.json or its directory",
                        file,
                        SCHEMA));
            }
            return new SavedResults(file.toString(), cells(file, root), claims(root), root);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new BadInput(
                    String.format(
                            Locale.ROOT,
                            "%s:%s: is no JSON: %s",
                            file,
                            at == null ? "" : at.getLineNr() + ":" + at.getColumnNr(),
                            e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw BadInput.unreadable(file, e);
        }
    }

    /** Whether a file says that it holds results; an experiment says another thing. */
    public static boolean isOne(Path file) {
        if (Files.isDirectory(file)) return Files.isRegularFile(file.resolve(FILE));
        return file.toString().endsWith(".json");
    }

    private static Map<String, SavedCell> cells(Path file, JsonNode root) {
        Map<String, SavedCell> cells = new LinkedHashMap<>();
        int index = 0;
        for (JsonNode cell : root.path("cells")) {
            String text = cell.path("cell").asText();
            if (text.isEmpty()) {
                throw new BadInput(String.format(Locale.ROOT, "%s: cell %d has no \"cell\"", file, index));
            }
            Map<String, Metric> metrics = new TreeMap<>();
            cell.path("metrics").properties().forEach(entry -> add(metrics, entry.getKey(), entry.getValue()));
            cell.path("spread")
                    .properties()
                    .forEach(entry ->
                            metrics.computeIfPresent(entry.getKey(), (name, metric) -> metric.over(entry.getValue())));
            cells.put(
                    text,
                    new SavedCell(
                            cell.path("status").asText(), cell.path("reason").asText(), metrics));
            index++;
        }
        return cells;
    }

    private static void add(Map<String, Metric> metrics, String name, JsonNode value) {
        if (value.isNumber()) {
            metrics.put(name, new Metric(value.asDouble(), value.asDouble(), value.asDouble()));
        } else if (value.path("median").isNumber()) {
            double median = value.get("median").asDouble();
            double min = value.path("min").asDouble(median);
            metrics.put(
                    name + ".median", new Metric(median, min, value.path("p99").asDouble(median)));
        }
    }

    private static Map<String, String> claims(JsonNode root) {
        Map<String, String> claims = new LinkedHashMap<>();
        for (JsonNode claim : root.path("claims")) {
            claims.put(claim.path("id").asText(), claim.path("passed").asBoolean() ? "passed" : "FAILED");
        }
        return claims;
    }

    /** The items of a cell's text: {@code name=value}. */
    static List<String> items(String cell) {
        return new ArrayList<>(List.of(cell.split(" ")));
    }
}
