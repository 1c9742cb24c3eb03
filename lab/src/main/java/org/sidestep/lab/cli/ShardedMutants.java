package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardedVerification;
import org.sidestep.lab.verify.EquivalentMutants;
import org.sidestep.lab.verify.MutantFate;
import org.sidestep.lab.verify.MutationRun;
import org.sidestep.lab.verify.TimeLimit;
import org.sidestep.verify.mutation.Mutation;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Mutants that are tried on many machines.
 *
 * @param axis whose plugin is changed
 * @param each how many trials a mutant survives at most until nothing is said of it
 * @param limit of what one shard does
 */
record ShardedMutants(Verified what, Axis<?> axis, long each, EquivalentMutants equivalent, int jobs, TimeLimit limit)
        implements InShards {

    static final String OF = "--mutants-of";
    private static final String EACH = "--each";

    /** Whether shards are of mutants. */
    static boolean isOne(ShardedVerification work) {
        return work.options().containsKey(OF);
    }

    /**
     * As shards say that it is.
     *
     * @throws IllegalArgumentException or {@link NullPointerException} if they do not
     */
    static ShardedMutants of(ShardedVerification work, Verified what, EquivalentMutants equivalent) {
        Axis<?> axis = MutantOptions.axis(work.options().get(OF));
        long each = Long.parseLong(work.options().get(EACH));
        return new ShardedMutants(what, axis, each, equivalent, 1, TimeLimit.NONE);
    }

    private Map<String, String> options() {
        return Map.of(OF, axis.name(), EACH, Long.toString(each));
    }

    @Override
    public void share(Path directory) {
        what.share(directory, options());
    }

    /** Those of a subject; what became of them is in the same place as on one machine. */
    private MutationRun mutants(Cell subject, Path directory) {
        FinishedParts parts = new FinishedParts(MutantOptions.parts(directory));
        parts.share();
        return new MutationRun(what.verification(), subject, axis, parts, each);
    }

    @Override
    public int run(Shard shard, Path directory, CommandSpec spec) {
        share(directory);
        int left = 0;
        List<Cell> subjects = what.subjects();
        for (int i = 0; i < subjects.size(); i++) {
            MutationRun run = mutants(subjects.get(i), directory);
            List<Mutation> own = run.mutations().stream()
                    .filter(mutation -> shard.has(run.key(mutation)))
                    .toList();
            try (Progress progress = Progress.on(spec.commandLine().getErr(), own.size(), "mutants")) {
                left += own.size()
                        - run.fates(own, jobs, limit.share(subjects.size() - i), progress::finished)
                                .size();
            }
        }
        return InShards.said(shard, left, "mutants", spec);
    }

    @Override
    public int merge(Path directory, CommandSpec spec) {
        what.work(options()).writeTo(directory);
        try (ResultDirectory locked = ResultDirectory.open(directory, what.identity(), false)) {
            List<String> missing = missing(directory);
            if (!missing.isEmpty()) return InShards.incomplete(missing.size(), "mutants", spec);
            MutantReport report = new MutantReport(what, axis, each, equivalent, spec);
            for (Cell subject : what.subjects()) {
                MutationRun run = mutants(subject, directory);
                List<MutantFate> fates = run.known(run.mutations());
                report.begin(subject, fates.size());
                report.add(subject, run.kernel(), fates.size(), fates);
            }
            return report.save(directory);
        }
    }

    @Override
    public List<String> missing(Path directory) {
        List<String> missing = new ArrayList<>();
        for (Cell subject : what.subjects()) {
            MutationRun run = mutants(subject, directory);
            for (Mutation mutation : run.mutations()) {
                if (run.known(List.of(mutation)).isEmpty()) missing.add(run.key(mutation));
            }
        }
        return missing;
    }

    @Override
    public double seconds(Path directory, CommandSpec spec) {
        MutationRun run = mutants(what.subjects().get(0), directory);
        List<Mutation> all = run.mutations();
        List<Mutation> some = JobOptions.sample(all);
        long begun = System.nanoTime();
        run.fates(some, 1, () -> true, () -> {});
        double each = (System.nanoTime() - begun) / 1e9 / Math.max(1, some.size());
        return each * all.size() * what.subjects().size();
    }
}
