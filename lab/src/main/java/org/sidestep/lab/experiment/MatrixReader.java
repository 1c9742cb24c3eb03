package org.sidestep.lab.experiment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provider;
import org.sidestep.lab.yaml.Node;
import org.sidestep.lab.yaml.Node.Mapping;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;

/** Turns matrix blocks into cells. A point that several blocks name is one cell. */
final class MatrixReader {

    private static final long DEFAULT_SEED = 1;

    /** Cells of an experiment: each takes a tenth of a second at the least, and a file in the directory of results. */
    private static final int MOST = 20_000;

    private final Catalog catalog;
    private final List<Change> changes;
    private final long maxCycles;
    private final Set<Cell> cells = new LinkedHashSet<>();
    private final Set<Change> applied = new HashSet<>();

    /** Points of all blocks, those that are the same cell too. */
    private long expanded;

    MatrixReader(Catalog catalog, List<Change> changes, long maxCycles) {
        this.catalog = catalog;
        this.changes = changes;
        this.maxCycles = maxCycles;
    }

    /** Adds the cells of one block. */
    void add(Mapping block, Map<String, Node> defaults) {
        Map<String, Node> entries = new LinkedHashMap<>(defaults);
        entries.putAll(block.entries());
        List<Long> seeds = seeds(entries.get(Cell.SEED));
        List<Map<Axis<?>, Configured<?>>> points = List.of(Map.of());
        for (Axis<?> axis : Axis.ALL) {
            List<Map<Axis<?>, Configured<?>>> longer = new ArrayList<>();
            List<Configured<?>> values = values(axis, entries.get(axis.name()), block);
            requireFew((long) points.size() * values.size(), block);
            for (Map<Axis<?>, Configured<?>> point : points) {
                for (Configured<?> value : values) {
                    Map<Axis<?>, Configured<?>> more = new LinkedHashMap<>(point);
                    more.put(axis, value);
                    longer.add(more);
                }
            }
            points = longer;
        }
        expanded += (long) points.size() * seeds.size();
        requireFew(expanded, block);
        for (Map<Axis<?>, Configured<?>> point : points) {
            for (long seed : seeds) cells.add(new Cell(point, seed, maxCycles));
        }
    }

    /** Refuses what a matrix cannot hold before it is expanded: lists of lists of values soon have thousands of millions. */
    static void requireFew(long cells, Node at) {
        if (cells <= MOST) return;
        throw at.error(String.format(
                Locale.ROOT, "the matrix has more than %d cells; give fewer values, or run several experiments", MOST));
    }

    /**
     * All cells so far.
     *
     * @throws BadInput if a change named nothing that any cell has
     */
    List<Cell> cells() {
        for (Change change : changes) {
            if (applied.contains(change) || change.ofRun()) continue;
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "--set %s: no cell has '%s'%s",
                    change,
                    change.name(),
                    Nearest.hint(change.name(), names())));
        }
        return List.copyOf(cells);
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Cell cell : cells) {
            names.addAll(cell.coordinates().keySet());
            names.addAll(cell.parameters().keySet());
        }
        names.add(Change.LIMIT_CYCLES);
        return names;
    }

    private List<Configured<?>> values(Axis<?> axis, Node node, Mapping block) {
        List<Setting> settings = node == null ? List.of(only(axis, block)) : Setting.read(node);
        List<Configured<?>> values = new ArrayList<>();
        for (Setting setting : settings) {
            Setting changed = change(axis, setting);
            values.add(changed.configure(extension(axis, changed)));
        }
        return values;
    }

    /** An axis that the file leaves out needs no choice if there is only one plugin. */
    private Setting only(Axis<?> axis, Mapping block) {
        Collection<Provider<?>> providers = catalog.on(axis);
        if (providers.size() == 1) {
            return new Setting(block.at(), providers.iterator().next().id(), Map.of());
        }
        for (Change change : changes) {
            if (change.name().equals(axis.name())) return new Setting(change.at(), change.value(), Map.of());
        }
        List<String> ids = providers.stream().map(Provider::id).toList();
        throw block.error(String.format(
                Locale.ROOT,
                "no '%s' is given, and there %s",
                axis,
                ids.isEmpty() ? "is none" : "are several: " + String.join(", ", ids)));
    }

    private Setting change(Axis<?> axis, Setting setting) {
        Setting changed = setting;
        for (Change change : changes) {
            if (change.name().equals(axis.name())) {
                changed = new Setting(change.at(), change.value(), Map.of());
                applied.add(change);
            } else if (change.name().startsWith(axis + ".")) {
                String parameter = change.name().substring(axis.name().length() + 1);
                if (!declares(extension(axis, changed), parameter)) continue;
                changed = changed.with(parameter, change.scalar());
                applied.add(change);
            }
        }
        return changed;
    }

    private static boolean declares(Extension extension, String parameter) {
        return extension.parameters().stream().map(Parameter::name).anyMatch(parameter::equals);
    }

    private Extension extension(Axis<?> axis, Setting setting) {
        try {
            return catalog.find(axis, setting.id()).readable();
        } catch (BadInput e) {
            throw setting.at().error(e.getMessage());
        }
    }

    private List<Long> seeds(Node node) {
        for (Change change : changes) {
            if (change.name().equals(Cell.SEED)) {
                applied.add(change);
                return List.of(seed(change.scalar()));
            }
        }
        if (node == null) return List.of(DEFAULT_SEED);
        if (node.items().isEmpty()) throw node.error("an empty list");
        return node.items().stream().map(MatrixReader::seed).toList();
    }

    private static long seed(Node node) {
        return node.integer("'seed'", 0, Long.MAX_VALUE);
    }
}
