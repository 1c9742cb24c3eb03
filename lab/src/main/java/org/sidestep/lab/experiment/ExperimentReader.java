package org.sidestep.lab.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.claim.Claim;
import org.sidestep.lab.claim.Verifier;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.lab.yaml.Yaml;
import org.sidestep.plugin.Nearest;
import org.sidestep.verify.Course;

/** Reads an experiment file. The accepted keys are the tables of {@link Key}. */
public final class ExperimentReader {

    private static final long DEFAULT_LIMIT = 500_000_000L;

    private final Catalog catalog;
    private final List<Change> changes;

    public ExperimentReader(Catalog catalog, List<Change> changes) {
        this.catalog = catalog;
        this.changes = changes;
    }

    /**
     * Reads a file.
     *
     * @throws BadInput if anything in it cannot be used; the message begins with file, line and column
     */
    public Experiment read(Path file) {
        return read(file.toString(), Yaml.load(file, "an experiment"));
    }

    /** Reads the text of an experiment file; {@code file} is its name in messages. */
    public Experiment read(String file, String text) {
        Mapping root = Yaml.parse(file, text).mapping("an experiment");
        Key.check(root, Key.FILE);
        Map<String, Node> entries = root.entries();
        String name = name(entries.get("name"));
        List<Cell> cells = cells(entries);
        List<Claim> claims = new ArrayList<>();
        List<String> dropped = new ArrayList<>();
        Optional<Verify> verify = verify(entries.get("verify"));
        ClaimReader reader = new ClaimReader(catalog, verify.isPresent());
        if (entries.containsKey("claims")) readClaims(reader, entries.get("claims"), cells, claims, dropped);
        return new Experiment(
                name,
                entries.containsKey("title") ? entries.get("title").text("'title'") : name,
                text,
                changes.stream().map(Change::toString).toList(),
                cells,
                layouts(entries.get("layouts")),
                verify,
                List.copyOf(claims),
                List.copyOf(dropped));
    }

    private static String name(Node node) {
        String name = node.text("'name'");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]*")) {
            throw node.error(String.format(
                    Locale.ROOT, "'name' may have letters, digits, hyphens and underscores only, not '%s'", name));
        }
        return name;
    }

    private static Optional<Verify> verify(Node node) {
        if (node == null) return Optional.empty();
        if (!(node instanceof Mapping mapping)) return Optional.of(new Verify(bound(node), new TreeSet<>()));
        Key.check(mapping, Key.VERIFY);
        SortedSet<String> workloads = new TreeSet<>();
        Node named = mapping.entries().get("workloads");
        for (Node workload : named == null ? List.<Node>of() : named.items()) {
            String id = workload.text("a workload");
            if (!Course.WORKLOADS.contains(id)) {
                throw workload.error(String.format(
                        Locale.ROOT, "verification does not run '%s'%s", id, Nearest.hint(id, Course.WORKLOADS)));
            }
            workloads.add(id);
        }
        return Optional.of(new Verify(bound(mapping.entries().get("bound")), workloads));
    }

    private static Bound bound(Node node) {
        String word = node.text("'verify'");
        return Bound.of(word)
                .orElseThrow(() -> node.error(String.format(
                        Locale.ROOT, "'verify' is %s, not '%s'", String.join(" or ", Bound.words()), word)));
    }

    private int layouts(Node node) {
        Node count = node;
        for (Change change : changes) {
            if (change.ofLayouts()) count = change.scalar();
        }
        return count == null ? 1 : (int) count.integer("'layouts'", 1, Layouts.MOST);
    }

    private List<Cell> cells(Map<String, Node> entries) {
        Map<String, Node> defaults = Map.of();
        if (entries.containsKey("defaults")) {
            Mapping mapping = entries.get("defaults").mapping("'defaults'");
            Key.check(mapping, Key.BLOCK);
            defaults = mapping.entries();
        }
        MatrixReader matrix = new MatrixReader(catalog, changes, maxCycles(entries.get("limit")));
        Node blocks = entries.get("matrix");
        if (blocks.items().isEmpty()) throw blocks.error("'matrix' is empty; name at least a workload to run");
        for (Node item : blocks.items()) {
            Mapping block = item.mapping("a matrix block");
            Key.check(block, Key.BLOCK);
            matrix.add(block, defaults);
        }
        return matrix.cells();
    }

    private long maxCycles(Node limit) {
        Node cycles = null;
        if (limit != null) {
            Mapping mapping = limit.mapping("'limit'");
            Key.check(mapping, Key.LIMIT);
            cycles = mapping.entries().get("cycles");
        }
        for (Change change : changes) {
            if (change.name().equals(Change.LIMIT_CYCLES)) cycles = change.scalar();
        }
        return cycles == null ? DEFAULT_LIMIT : cycles.integer("'limit.cycles'", 1, Long.MAX_VALUE / 2);
    }

    /** A change on the command line may take away the cells that a claim speaks about: such a claim is dropped. */
    private void readClaims(ClaimReader reader, Node node, List<Cell> cells, List<Claim> claims, List<String> dropped) {
        for (Node item : node.items()) {
            Mapping mapping = item.mapping("a claim");
            Claim claim = reader.read(mapping);
            try {
                Verifier.check(claim, cells);
                claims.add(claim);
            } catch (BadInput e) {
                if (changes.stream().allMatch(Change::ofRun)) throw mapping.error(e.getMessage());
                dropped.add(claim.id());
            }
        }
    }
}
