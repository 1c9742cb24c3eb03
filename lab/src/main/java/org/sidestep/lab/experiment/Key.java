package org.sidestep.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.yaml.Node.Mapping;

/**
 * A key of an experiment file. The tables below are what the reader accepts and what the schema describes.
 *
 * @param shape what stands behind the key
 */
record Key(String name, Shape shape, boolean required, String description) {

    enum Shape {
        TEXT,
        TEXTS,
        COUNT,
        SEEDS,
        AXIS,
        BLOCK,
        BLOCKS,
        LIMIT,
        LAYOUTS,
        SELECTION,
        COUNTERPART,
        AGGREGATE,
        EXPECTATION,
        BOUND,
        VERIFY,
        CLAIMS
    }

    // spotless:off
    static final List<Key> FILE = List.of(
            required("name", Shape.TEXT, "Names the experiment and its directory of results."),
            optional("title", Shape.TEXT, "One line that heads the report."),
            optional("limit", Shape.LIMIT, "When a run that does not end by itself is stopped."),
            optional("defaults", Shape.BLOCK, "Axes of every matrix block that does not set them itself."),
            required("matrix", Shape.BLOCKS, "Blocks; each stands for the cross product of its axes."),
            optional("layouts", Shape.LAYOUTS, "In how many layouts of code and data, equally good, each cell runs; 1 if it is not said."),
            optional("verify", Shape.VERIFY, "Come to a verdict on each policy, too: how deep, or that and on which workloads."),
            optional("claims", Shape.CLAIMS, "What the results must show."));

    static final List<Key> LIMIT = List.of(
            required("cycles", Shape.COUNT, "Machine cycles since reset."));

    static final List<Key> VERIFY = List.of(
            required("bound", Shape.BOUND, "Single disturbances, also near ones, also all pairs in stubs, or also random ones."),
            optional("workloads", Shape.TEXTS, "Only these of those that verification runs, for example monitor."));

    static final List<Key> BLOCK = block();

    static final List<Key> CLAIM = List.of(
            required("id", Shape.TEXT, "Names the claim in the results."),
            required("text", Shape.TEXT, "The claim in words."),
            optional("lecture", Shape.TEXTS, "The statements that it reproduces, for example L7."),
            required("measure", Shape.TEXT, "A metric, for example oneway.cycles.median; or verdict; or breakeven(METRIC, COORDINATE), where it equals minus."),
            required("where", Shape.SELECTION, "The cells that it is about."),
            optional("over", Shape.AGGREGATE, "How many cells become one value; without it there must be one cell."),
            optional("minus", Shape.COUNTERPART, "Subtract the value of the cell that differs only in this."),
            optional("divided-by", Shape.COUNTERPART, "Divide by the value of the cell that differs only in this."),
            required("expect", Shape.EXPECTATION, "The bound, for example '<= 23'; of a verdict '== passed' or '== failed'."));

    static final List<Key> COUNTERPART = List.of(
            optional("measure", Shape.TEXT, "Its metric, if not the same."),
            optional("where", Shape.SELECTION, "In what it differs; what is not named stays the same."));
    // spotless:on

    private static List<Key> block() {
        List<Key> keys = new ArrayList<>();
        for (Axis<?> axis : Axis.ALL) {
            keys.add(optional(axis.name(), Shape.AXIS, "An id, {id, parameters...}, or a list of them."));
        }
        keys.add(optional(Cell.SEED, Shape.SEEDS, "One seed or a list."));
        return List.copyOf(keys);
    }

    private static Key required(String name, Shape shape, String description) {
        return new Key(name, shape, true, description);
    }

    private static Key optional(String name, Shape shape, String description) {
        return new Key(name, shape, false, description);
    }

    /** Complains about keys that are not in {@code keys}, and about missing ones. */
    static void check(Mapping mapping, List<Key> keys) {
        mapping.requireKnown(keys.stream().map(Key::name).toList());
        for (Key key : keys) {
            if (key.required && !mapping.entries().containsKey(key.name)) {
                throw mapping.error(String.format(Locale.ROOT, "'%s' is missing", key.name));
            }
        }
    }
}
