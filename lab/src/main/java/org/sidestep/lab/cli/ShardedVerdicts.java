package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardedVerification;
import org.sidestep.lab.verify.TimeLimit;
import org.sidestep.lab.verify.Verification;
import org.sidestep.verify.Campaign;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A verification on many machines.
 *
 * @param all whether everything is tried even if something has failed
 * @param limit of what one shard does
 */
record ShardedVerdicts(Verified what, boolean all, int jobs, TimeLimit limit) implements InShards {

    private static final String ALL = "--keep-going";

    /** In which it is seen how fast trials are. */
    private static final String SAMPLE = "10s";

    /**
     * As shards say that it is.
     *
     * @throws org.sidestep.lab.BadInput if they do not
     */
    static ShardedVerdicts of(ShardedVerification work, Verified what) {
        boolean all = Boolean.parseBoolean(work.options().get(ALL));
        return new ShardedVerdicts(what, all, 1, TimeLimit.NONE);
    }

    private Map<String, String> options() {
        return Map.of(ALL, Boolean.toString(all));
    }

    @Override
    public void share(Path directory) {
        what.share(directory, options());
    }

    @Override
    public int run(Shard shard, Path directory, CommandSpec spec) {
        share(directory);
        int left;
        try (TrialProgress progress = TrialProgress.on(spec.commandLine().getErr())) {
            left = tryShard(shard, directory, limit, progress);
        }
        return InShards.said(shard, left, "parts", spec);
    }

    private int tryShard(Shard shard, Path directory, TimeLimit until, Verification.Listener listener) {
        return what.verification().tryShard(what.subjects(), parts(directory), shard, jobs, until, all, listener);
    }

    @Override
    public int merge(Path directory, CommandSpec spec) {
        what.work(options()).writeTo(directory);
        try (ResultDirectory locked = ResultDirectory.open(directory, what.identity(), false)) {
            Verification.Merged merged = merged(directory);
            return merged.missing().isEmpty()
                    ? new VerdictReport(merged.verdicts(), directory, new PluginOptions()::replay).show(spec)
                    : InShards.incomplete(merged.missing().size(), "parts", spec);
        }
    }

    private Verification.Merged merged(Path directory) {
        return what.verification().merged(what.subjects(), parts(directory), all);
    }

    @Override
    public List<String> missing(Path directory) {
        return merged(directory).missing();
    }

    @Override
    public double seconds(Path directory, CommandSpec spec) {
        Pace pace = new Pace();
        tryShard(new Shard(1, 1), directory, TimeLimit.parse("", SAMPLE), pace);
        return pace.all();
    }

    /** How long it takes, from how much there is and how long some of it took. */
    private static final class Pace implements Verification.Listener {
        private long begun;
        private long planned;
        private long done;

        @Override
        public void begins(Cell subject, Campaign.Plan plan) {
            if (begun == 0) begun = System.nanoTime();
            planned += plan.trials();
        }

        @Override
        public synchronized void done(long trials, boolean earlier) {
            if (!earlier) done += trials;
        }

        double all() {
            return (System.nanoTime() - begun) / 1e9 * planned / Math.max(1, done);
        }
    }

    /** What has been tried; the same place as of a verification on one machine. */
    static Path parts(Path directory) {
        return directory.resolve("parts");
    }
}
