package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardedVerification;
import org.sidestep.lab.verify.TimeLimit;
import org.sidestep.lab.verify.Verification;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A verification on many machines.
 *
 * @param workloads ids of those that it is of; empty for all
 * @param all whether everything is tried even if something has failed
 */
record ShardedVerdicts(
        Catalog catalog, List<Cell> subjects, Verification.Depth depth, Set<String> workloads, boolean all) {

    private static final int FAILED = 1;

    // how options are called where they are kept
    private static final String BOUND = "--bound";
    private static final String STRIKES = "--depth";
    private static final String TRIALS = "--trials";
    private static final String SEED = "--seed";
    private static final String WORKLOADS = "--workloads";
    private static final String ALL = "--keep-going";

    /**
     * As shards say that it is.
     *
     * @throws BadInput if what it is of is not there
     */
    static ShardedVerdicts of(ShardedVerification work, Catalog catalog) {
        Map<String, String> options = work.options();
        try {
            Verification.Depth depth = new Verification.Depth(
                    Bound.valueOf(options.get(BOUND)),
                    Integer.parseInt(options.get(STRIKES)),
                    Integer.parseInt(options.get(TRIALS)),
                    Long.parseLong(options.get(SEED)));
            String workloads = options.get(WORKLOADS);
            return new ShardedVerdicts(
                    catalog,
                    work.subjects().stream().map(catalog::cell).toList(),
                    depth,
                    workloads.isEmpty() ? Set.of() : Set.of(workloads.split(",")),
                    Boolean.parseBoolean(options.get(ALL)));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new BadInput("the shards do not say of which verification they are: " + e.getMessage(), e);
        }
    }

    private Verification verification() {
        return new Verification(catalog, depth, Version.PROGRAM, workloads);
    }

    private ShardedVerification work() {
        Map<String, String> options = new TreeMap<>();
        options.put(BOUND, depth.bound().name());
        options.put(STRIKES, Integer.toString(depth.strikes()));
        options.put(TRIALS, Integer.toString(depth.trials()));
        options.put(SEED, Long.toString(depth.seed()));
        options.put(WORKLOADS, String.join(",", new TreeSet<>(workloads)));
        options.put(ALL, Boolean.toString(all));
        Map<String, String> code = new TreeMap<>();
        subjects.forEach(subject -> code.putAll(verification().fingerprints(subject)));
        return new ShardedVerification(
                subjects.stream().map(cell -> cell.text()).toList(), options, code);
    }

    /** Marks a directory of results as theirs. */
    static List<String> identity(List<Cell> subjects) {
        return subjects.stream().map(cell -> "verify " + cell.text()).toList();
    }

    /** Tries what is in a shard and not there yet; the exit code says whether that is all of it, whatever it came to. */
    int run(Shard shard, Path directory, int jobs, TimeLimit limit, CommandSpec spec) {
        ResultDirectory.share(directory, identity(subjects));
        work().writeTo(directory);
        int left;
        try (TrialProgress progress = TrialProgress.on(spec.commandLine().getErr())) {
            left = verification().tryShard(subjects, parts(directory), shard, jobs, limit, all, progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        String rest = String.format(Locale.ROOT, "%,d parts not tried for lack of time; run it again", left);
        out.println("shard " + shard + ": " + (left == 0 ? "done" : rest));
        out.flush();
        return left == 0 ? 0 : FAILED;
    }

    /** Comes to the verdicts, if all shards have done their part. */
    int merge(Path directory, CommandSpec spec) {
        work().writeTo(directory);
        try (ResultDirectory locked = ResultDirectory.open(directory, identity(subjects), false)) {
            Verification.Merged merged = verification().merged(subjects, parts(directory), all);
            if (merged.missing() == 0) return new VerdictReport(merged.verdicts(), directory).show(spec);
            PrintWriter out = spec.commandLine().getOut();
            out.println(String.format(
                    Locale.ROOT,
                    "%,d parts are missing; nothing is judged: run the shards again that have not said that they are done",
                    merged.missing()));
            out.flush();
            return FAILED;
        }
    }

    /** What has been tried; the same place as of a verification on one machine. */
    static Path parts(Path directory) {
        return directory.resolve("parts");
    }
}
