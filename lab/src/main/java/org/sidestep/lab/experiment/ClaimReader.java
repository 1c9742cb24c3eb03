package org.sidestep.lab.experiment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.claim.Claim;
import org.sidestep.lab.claim.Claim.Counterpart;
import org.sidestep.lab.claim.Claim.Over;
import org.sidestep.lab.claim.Expectation;
import org.sidestep.lab.claim.Selection;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Location;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;

/** Reads claims, and the selections of cells in them. */
final class ClaimReader {

    private final Catalog catalog;
    private final Set<String> coordinates = new TreeSet<>();
    private final Set<String> ids = new HashSet<>();
    private final boolean verified;

    /**
     * Claims may name axes, the seed, and every parameter that any plugin of an axis has.
     *
     * @param verified whether there are verdicts to rest on
     */
    ClaimReader(Catalog catalog, boolean verified) {
        this.catalog = catalog;
        this.verified = verified;
    }

    Claim read(Mapping mapping) {
        Key.check(mapping, Key.CLAIM);
        Map<String, Node> entries = mapping.entries();
        String id = entries.get("id").text("'id'");
        if (!ids.add(id)) throw entries.get("id").error(String.format(Locale.ROOT, "there are two claims '%s'", id));
        String measure = entries.get("measure").text("'measure'");
        Node lecture = entries.get("lecture");
        Claim claim = new Claim(
                id,
                entries.get("text").text("'text'"),
                lecture == null
                        ? List.of()
                        : lecture.items().stream().map(n -> n.text("'lecture'")).toList(),
                measure,
                selection(entries.get("where")),
                over(entries.get("over")),
                counterpart(entries.get("minus"), measure),
                counterpart(entries.get("divided-by"), measure),
                expectation(entries.get("expect")));
        checkVerdict(claim, mapping);
        return claim;
    }

    private void checkVerdict(Claim claim, Mapping mapping) {
        boolean verdict = claim.isVerdict();
        if (verdict != claim.expect().isVerdict())
            throw mapping.entries()
                    .get("expect")
                    .error(
                            verdict
                                    ? "a verdict is '== passed' or '== failed'"
                                    : "only a verdict is passed or failed; give a number");
        Map<String, Location> keys = mapping.keys();
        if (verdict && !claim.counterparts().isEmpty())
            throw keys.get(keys.containsKey("minus") ? "minus" : "divided-by")
                    .error("a verdict is no number to reckon with");
        if (verdict && !verified)
            throw mapping.entries().get("measure").error("there are no verdicts; say 'verify: singles' in this file");
    }

    private static Over over(Node node) {
        if (node == null) return Over.ONE;
        String word = node.text("'over'");
        return switch (word) {
            case "max" -> Over.MAX;
            case "min" -> Over.MIN;
            case "each" -> Over.EACH;
            default -> throw node.error(String.format(Locale.ROOT, "'over' is max, min or each, not '%s'", word));
        };
    }

    private Optional<Counterpart> counterpart(Node node, String measure) {
        if (node == null) return Optional.empty();
        Mapping mapping = node.mapping("a counterpart");
        Key.check(mapping, Key.COUNTERPART);
        Node own = mapping.entries().get("measure");
        Node where = mapping.entries().get("where");
        return Optional.of(new Counterpart(
                own == null ? measure : own.text("'measure'"), where == null ? Selection.ALL : selection(where)));
    }

    private static Expectation expectation(Node node) {
        try {
            return Expectation.parse(node.text("'expect'"));
        } catch (IllegalArgumentException e) {
            throw node.error(e.getMessage());
        }
    }

    /** All plugins are asked, which takes a while. */
    private Set<String> coordinates() {
        if (!coordinates.isEmpty()) return coordinates;
        coordinates.add(Cell.SEED);
        for (Axis<?> axis : Axis.ALL) {
            coordinates.add(axis.name());
            for (Provider<?> provider : catalog.on(axis)) {
                for (Parameter parameter : provider.readable().parameters()) {
                    coordinates.add(axis + "." + parameter.name());
                }
            }
        }
        return coordinates;
    }

    /** Keys are coordinates; an axis may also be given as {@code {id, parameters...}}, as in the matrix. */
    private Selection selection(Node node) {
        Map<String, List<String>> wanted = new LinkedHashMap<>();
        Mapping mapping = node.mapping("a selection");
        mapping.entries().forEach((key, value) -> {
            if (value instanceof Mapping axis && isAxis(key)) {
                axis.entries().forEach((name, values) -> {
                    String coordinate = Setting.IDS.contains(name) ? key : key + "." + name;
                    checkKnown(coordinate, axis.keys().get(name));
                    wanted.put(coordinate, texts(values));
                });
            } else {
                checkKnown(key, mapping.keys().get(key));
                wanted.put(key, texts(value));
            }
        });
        return new Selection(wanted);
    }

    private static boolean isAxis(String key) {
        return Axis.ALL.stream().map(Axis::name).anyMatch(key::equals);
    }

    private void checkKnown(String coordinate, Node.Location at) {
        if (!coordinates().contains(coordinate)) {
            throw at.error(String.format(
                    Locale.ROOT,
                    "there is no '%s' to select by%s",
                    coordinate,
                    Nearest.hint(coordinate, coordinates())));
        }
    }

    private static List<String> texts(Node node) {
        List<String> texts = new ArrayList<>();
        for (Node item : node.items()) texts.add(item.text("a selected value"));
        return texts;
    }
}
