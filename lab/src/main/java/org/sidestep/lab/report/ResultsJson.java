package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Distribution;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.compare.SavedResults;
import org.sidestep.lab.layout.Spread;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.shard.ShardedRun;
import org.sidestep.lab.variant.ClaimDoubt;
import org.sidestep.lab.variant.Contributions;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.Headline;
import org.sidestep.lab.variant.Variant;
import org.sidestep.lab.variant.VariantOutcome;
import org.sidestep.lab.verify.VerdictText;
import org.sidestep.plugin.Parameter;
import org.sidestep.verify.Verdict;

/** Results for programs. Nothing in here depends on when, where or how fast the experiment ran. */
final class ResultsJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

    private ResultsJson() {}

    static ObjectNode of(Results results, ShardedRun run) {
        ObjectNode root = JSON.objectNode();
        root.put("schema", SavedResults.SCHEMA);
        root.put("name", results.experiment().name());
        root.put("title", results.experiment().title());
        root.set("provenance", provenance(results));
        root.set("run", run.json());
        if (results.layouts().several()) root.put("layouts", results.layouts().count());
        List<String> shown = results.coordinateNames();
        ArrayNode cells = root.putArray("cells");
        results.cells().forEach((cell, result) -> {
            ObjectNode node = cell(cell, result, shown);
            spreads(results, cell).ifPresent(spreads -> node.set("spread", spreads));
            verdict(results.verdicts().get(cell)).ifPresent(verdict -> node.set("verdict", verdict));
            cells.add(node);
        });
        if (!results.ablations().isEmpty()) root.set("ablations", ablations(results, shown));
        ArrayNode claims = root.putArray("claims");
        results.claims().forEach(claim -> claims.add(claim(claim)));
        if (!results.doubts().isEmpty()) root.set("sensitivity", sensitivity(results));
        return root;
    }

    /** Between which values those metrics lie that depend on the layout; what else there is is the same in each. */
    private static Optional<ObjectNode> spreads(Results results, Cell cell) {
        if (!results.layouts().several()) return Optional.empty();
        ObjectNode node = JSON.objectNode();
        results.layouts().spreads(cell).forEach((metric, spread) -> spread(node.putObject(metric), spread));
        return Optional.of(node);
    }

    private static void spread(ObjectNode node, Spread spread) {
        node.put("low", Numbers.tidy(spread.low()));
        node.put("high", Numbers.tidy(spread.high()));
    }

    private static Optional<ObjectNode> verdict(Verdict verdict) {
        if (verdict == null) return Optional.empty();
        ObjectNode node = JSON.objectNode();
        node.put("verdict", VerdictText.word(verdict));
        node.put("trials", verdict.trials());
        verdict.failures().stream()
                .findFirst()
                .ifPresent(failure -> node.put("failure", String.join("\n", VerdictText.page(failure))));
        return Optional.of(node);
    }

    /** What cells and claims become at both ends of the figures of low confidence that they rest on. */
    private static ObjectNode sensitivity(Results results) {
        List<Cell> order = List.copyOf(results.cells().keySet());
        ObjectNode node = JSON.objectNode();
        ArrayNode cells = node.putArray("cells");
        results.doubts().forEach((cell, doubts) -> {
            for (Doubt doubt : doubts) {
                ObjectNode line = figure(cells.addObject().put("of", order.indexOf(cell)), doubt.figure());
                Headline.metric(results.first().get(cell)).ifPresent(metric -> line.put("metric", metric));
                number(line, "low", Headline.value(doubt.low()));
                number(line, "asIs", Headline.value(results.first().get(cell)));
                number(line, "high", Headline.value(doubt.high()));
            }
        });
        ArrayNode claims = node.putArray("claims");
        for (ClaimDoubt doubt : results.claimDoubts()) {
            ObjectNode line =
                    figure(claims.addObject().put("id", doubt.claim().claim().id()), doubt.figure());
            number(line, "low", boxed(doubt.low().measured()));
            number(line, "asIs", boxed(doubt.claim().measured()));
            number(line, "high", boxed(doubt.high().measured()));
            line.put("verdict", doubt.verdict());
        }
        return node;
    }

    private static ObjectNode figure(ObjectNode line, Parameter figure) {
        line.put("figure", figure.name());
        line.put("source", figure.evidence().orElseThrow().source());
        line.put("bracket", figure.evidence().orElseThrow().bracket());
        return line;
    }

    private static void number(ObjectNode line, String name, Optional<Double> value) {
        if (value.isPresent()) line.put(name, Numbers.tidy(value.get()));
        else line.putNull(name);
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
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
        node.put("cell", cell.text());
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
        Contributions contributions = results.contributions();
        List<Cell> cells = List.copyOf(results.cells().keySet());
        ArrayNode nodes = JSON.arrayNode();
        for (VariantOutcome outcome : results.ablations()) {
            Variant variant = outcome.variant();
            ObjectNode node = nodes.addObject();
            node.put("of", cells.indexOf(variant.of()));
            node.put("without", variant.name());
            contributions
                    .of(variant.of(), variant.name())
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
        if (result.verdict().isPresent()) {
            node.put("measured", result.verdict().get());
        } else if (result.measured().isPresent()) {
            node.put("measured", Numbers.tidy(result.measured().getAsDouble()));
        } else {
            node.putNull("measured");
        }
        node.put("passed", result.passed());
        result.layouts().ifPresent(layouts -> {
            ObjectNode at = node.putObject("layouts");
            at.put("holds", layouts.holds());
            at.put("of", layouts.of());
            spread(at, layouts.spread());
            at.put("differenceShown", !result.hidesDifference());
        });
        if (!result.reason().isEmpty()) node.put("reason", result.reason());
        return node;
    }
}
