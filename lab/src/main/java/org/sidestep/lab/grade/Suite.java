package org.sidestep.lab.grade;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.lab.yaml.Yaml;

/**
 * What points are given for.
 *
 * @param name letters, digits, hyphens and underscores
 */
public record Suite(String name, String title, List<Item> items) {

    private static final int MOST_POINTS = 10_000;

    /**
     * One claim of an experiment, which names the plugin to be graded by its id.
     *
     * @param experiment its file
     * @param hint what a student is told who misses it; empty for nothing
     */
    public record Item(String claim, int points, Path experiment, String hint) {}

    /**
     * Reads a suite; the experiments' files are beside it.
     *
     * @throws BadInput if anything in it cannot be used; the message begins with file, line and column
     */
    public static Suite read(Path file) {
        Mapping root = Yaml.parse(file.toString(), Yaml.load(file, "a suite")).mapping("a suite");
        root.requireKnown(List.of("name", "title", "items"));
        String name = required(root, "name").text("'name'");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]*")) {
            throw root.entries().get("name").error("'name' may have letters, digits, hyphens and underscores only");
        }
        Path directory = file.toAbsolutePath().getParent();
        List<Item> items = new ArrayList<>();
        Set<String> claims = new LinkedHashSet<>();
        for (Node node : required(root, "items").items()) {
            Item item = item(node.mapping("an item"), directory);
            if (!claims.add(item.claim())) {
                throw node.error(String.format(Locale.ROOT, "there are points for '%s' already", item.claim()));
            }
            items.add(item);
        }
        if (items.isEmpty()) throw root.error("'items' is empty; say what points are given for");
        Node title = root.entries().get("title");
        return new Suite(name, title == null ? name : title.text("'title'"), List.copyOf(items));
    }

    private static Item item(Mapping mapping, Path directory) {
        mapping.requireKnown(List.of("claim", "points", "experiment", "hint"));
        Map<String, Node> entries = mapping.entries();
        Path experiment = directory.resolve(required(mapping, "experiment").text("'experiment'"));
        if (!Files.isRegularFile(experiment)) {
            throw entries.get("experiment").error(experiment + ": no such file");
        }
        return new Item(
                required(mapping, "claim").text("'claim'"),
                (int) required(mapping, "points").integer("'points'", 0, MOST_POINTS),
                experiment,
                entries.containsKey("hint") ? entries.get("hint").text("'hint'") : "");
    }

    private static Node required(Mapping mapping, String key) {
        Node node = mapping.entries().get(key);
        if (node == null) throw mapping.error(String.format(Locale.ROOT, "'%s' is missing", key));
        return node;
    }

    /** The experiments, each once. */
    List<Path> experiments() {
        return items.stream().map(Item::experiment).distinct().toList();
    }

    public int points() {
        return items.stream().mapToInt(Item::points).sum();
    }
}
