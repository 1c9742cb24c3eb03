package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Distribution;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.variant.Outcome;
import org.sidestep.lab.variant.Variant;

/** Results for programs. Nothing in here depends on when, where or how fast the experiment ran. */
final class ResultsJson {

    static final String SCHEMA = "sidestep.results/1";

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

    private ResultsJson() {}

    static ObjectNode of(Results results) {
        ObjectNode root = JSON.objectNode();
        root.put("schema", SCHEMA);
        root.put("name", results.experiment().name());
        root.put("title", results.experiment().title());
        root.set("provenance", provenance(results));
        List<String> shown = results.coordinateNames();
        ArrayNode cells = root.putArray("cells");
        results.cells().forEach((cell, result) -> cells.add(cell(cell, result, shown)));
        if (!results.ablations().isEmpty()) root.set("ablations", ablations(results, shown));
        ArrayNode claims = root.putArray("claims");
        results.claims().forEach(claim -> claims.add(claim(claim)));
        return root;
    }

    private static ObjectNode provenance(Results results) {
        ObjectNode provenance = JSON.objectNode();
        provenance.put("experiment", "sha256:" + results.experiment().digest());
        ArrayNode settings = provenance.putArray("settings");
        results.experiment().settings().forEach(settings::add);
        ObjectNode versions = provenance.putObject("versions");
        results.versions().forEach(versions::put);
        return provenance;
    }

    private static ObjectNode cell(Cell cell, CellResult result, List<String> shown) {
        ObjectNode node = JSON.objectNode();
        cell.plugins()
                .forEach((axis, plugin) -> node.put(axis.name(), plugin.plugin().id()));
        ObjectNode parameters = node.putObject("parameters");
        cell.parameters().forEach((name, value) -> {
            if (shown.contains(name)) parameters.putPOJO(name, value);
        });
        node.put(Cell.SEED, cell.seed());
        node.put("image", result.image().isEmpty() ? "" : "sha256:" + result.image());
        node.put("status", result.status().toString());
        if (!result.ok()) node.put("reason", result.reason());
        ObjectNode metrics = node.putObject("metrics");
        result.metrics().all().forEach((name, value) -> {
            if (value instanceof Distribution distribution) {
                ObjectNode parts = metrics.putObject(name);
                distribution.parts().forEach((part, number) -> parts.put(part, Numbers.tidy(number)));
            } else {
                metrics.put(name, Numbers.tidy((Double) value));
            }
        });
        return node;
    }

    /** What became of the cells without a mechanism, and what the mechanism hence contributes to their headline. */
    private static ArrayNode ablations(Results results, List<String> shown) {
        AblationTables tables = new AblationTables(results);
        List<Cell> cells = List.copyOf(results.cells().keySet());
        ArrayNode nodes = JSON.arrayNode();
        for (Outcome outcome : results.ablations()) {
            Variant variant = outcome.variant();
            ObjectNode node = nodes.addObject();
            node.put("of", cells.indexOf(variant.of()));
            node.put("without", variant.name());
            tables.contribution(variant.of(), variant.name())
                    .ifPresent(cycles -> node.put("contributes", Numbers.tidy(cycles)));
            node.setAll(cell(variant.cell(), outcome.result(), shown));
        }
        return nodes;
    }

    private static ObjectNode claim(ClaimResult result) {
        ObjectNode node = JSON.objectNode();
        node.put("id", result.claim().id());
        node.put("text", result.claim().text());
        ArrayNode lecture = node.putArray("lecture");
        result.claim().lecture().forEach(lecture::add);
        node.put("measure", result.claim().measure());
        node.put("expect", result.claim().expect().toString());
        if (result.measured().isPresent()) {
            node.put("measured", Numbers.tidy(result.measured().getAsDouble()));
        } else {
            node.putNull("measured");
        }
        node.put("passed", result.passed());
        if (!result.reason().isEmpty()) node.put("reason", result.reason());
        return node;
    }

    /** What the report's timelines are drawn from, one entry per cell in order. */
    static ArrayNode timelines(Map<Cell, CellResult> cells) {
        ArrayNode timelines = JSON.arrayNode();
        cells.values().forEach(result -> timelines.addPOJO(result.timeline().slices()));
        return timelines;
    }
}
