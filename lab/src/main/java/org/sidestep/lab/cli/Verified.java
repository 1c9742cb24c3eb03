package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.shard.ShardedVerification;
import org.sidestep.lab.verify.Verification;

/**
 * What is verified and how deep, so that shards of it know each other.
 *
 * @param workloads ids of those that it is of; empty for all
 */
record Verified(Catalog catalog, List<Cell> subjects, Verification.Depth depth, Set<String> workloads) {

    // how options are called where they are kept
    private static final String BOUND = "--bound";
    private static final String STRIKES = "--depth";
    private static final String TRIALS = "--trials";
    private static final String SEED = "--seed";
    private static final String WORKLOADS = "--workloads";

    /**
     * As shards say that it is.
     *
     * @throws IllegalArgumentException or {@link NullPointerException} if they do not
     */
    static Verified of(ShardedVerification work, Catalog catalog) {
        Map<String, String> options = work.options();
        Verification.Depth depth = new Verification.Depth(
                Bound.valueOf(options.get(BOUND)),
                Integer.parseInt(options.get(STRIKES)),
                Integer.parseInt(options.get(TRIALS)),
                Long.parseLong(options.get(SEED)));
        String workloads = options.get(WORKLOADS);
        return new Verified(
                catalog,
                work.subjects().stream().map(catalog::cell).toList(),
                depth,
                workloads.isEmpty() ? Set.of() : Set.of(workloads.split(",")));
    }

    Verification verification() {
        return new Verification(catalog, depth, Version.PROGRAM, workloads);
    }

    /** The same with options of its own, for the directory of results. */
    ShardedVerification work(Map<String, String> more) {
        Map<String, String> options = new TreeMap<>(more);
        options.put(BOUND, depth.bound().name());
        options.put(STRIKES, Integer.toString(depth.strikes()));
        options.put(TRIALS, Integer.toString(depth.trials()));
        options.put(SEED, Long.toString(depth.seed()));
        options.put(WORKLOADS, String.join(",", new TreeSet<>(workloads)));
        Map<String, String> code = new TreeMap<>();
        subjects.forEach(subject -> code.putAll(verification().fingerprints(subject)));
        return new ShardedVerification(
                subjects.stream().map(cell -> cell.text()).toList(), options, code);
    }

    /** Says in a directory of results that there are shards of this work. */
    void share(Path directory, Map<String, String> more) {
        ResultDirectory.share(directory, identity());
        work(more).writeTo(directory);
    }

    /** Marks a directory of results as theirs. */
    List<String> identity() {
        return subjects.stream().map(cell -> "verify " + cell.text()).toList();
    }
}
