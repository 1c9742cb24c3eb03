package org.sidestep.lab.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.catalog.Provenance;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.shard.Shard;
import org.sidestep.plugin.Nearest;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Sample;
import org.sidestep.verify.Trials;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;

/** Comes to verdicts on subjects, with all disturbances of a catalog. */
public final class Verification {

    private final Catalog catalog;
    private final Origin program;
    private final List<Course> courses;
    private final Depth depth;
    private final List<Trials> explorations;

    /** @param program whose code verdicts depend on as well */
    public Verification(Catalog catalog, Bound bound, Origin program) {
        this(catalog, new Depth(bound), program, Course.DEFAULTS);
    }

    Verification(Catalog catalog, Bound bound, Origin program, List<Course> courses) {
        this(catalog, new Depth(bound), program, courses);
    }

    /**
     * On the default courses, or on some.
     *
     * @param workloads ids of those that they are of; empty for all
     * @throws BadInput if there is no such course
     */
    public Verification(Catalog catalog, Depth depth, Origin program, Set<String> workloads) {
        this(catalog, depth, program, courses(workloads));
    }

    private static List<Course> courses(Set<String> workloads) {
        for (String workload : workloads) {
            if (!Course.WORKLOADS.contains(workload))
                throw new BadInput(String.format(
                        Locale.ROOT,
                        "--workloads: verification does not run '%s'%s",
                        workload,
                        Nearest.hint(workload, Course.WORKLOADS)));
        }
        if (workloads.isEmpty()) return Course.DEFAULTS;
        return Course.ALL.stream()
                .filter(course -> workloads.contains(course.workload()))
                .toList();
    }

    private Verification(Catalog catalog, Depth depth, Origin program, List<Course> courses) {
        this.catalog = catalog;
        this.courses = courses;
        this.program = program;
        this.depth = depth;
        this.explorations = explorations(depth);
    }

    /** The same for a plugin of an axis: the default courses leave out what only a scheduler can do wrong. */
    public Verification ofPlugin(Axis<?> axis) {
        boolean more = axis == Axis.SCHEDULER && courses.equals(Course.DEFAULTS);
        return more ? new Verification(catalog, depth, program, Course.ALL) : this;
    }

    /**
     * How deep a verification goes.
     *
     * @param strikes with {@link Bound#PCT}: of a trial
     * @param trials on each course
     * @param seed of the places that are drawn
     */
    public record Depth(Bound bound, int strikes, int trials, long seed) {

        /** Unless told otherwise; so many trials take some seconds. */
        public static final int STRIKES = 3;

        public static final int TRIALS = 1000;
        public static final long SEED = 1;

        public Depth(Bound bound) {
            this(bound, STRIKES, TRIALS, SEED);
        }
    }

    /** What costs least comes first, interrupts before all: what is wrong is mostly seen there. */
    private List<Trials> explorations(Depth depth) {
        List<Disturbance> disturbances = catalog.on(Axis.DISTURBANCE).stream()
                .map(found -> (Disturbance) found.extension())
                .sorted(Comparator.comparing(disturbance -> !disturbance.repeats()))
                .toList();
        List<Disturbance> repeated =
                disturbances.stream().filter(Disturbance::repeats).toList();
        List<Trials> all = new ArrayList<>();
        disturbances.forEach(each -> all.add(new Exploration(each, 1, Reach.ROUND)));
        if (depth.bound != Bound.SINGLES) repeated.forEach(each -> all.add(new Exploration(each, 2, Reach.NEAR)));
        if (depth.bound == Bound.PAIRS) repeated.forEach(each -> all.add(new Exploration(each, 2, Reach.STUB)));
        if (depth.bound == Bound.PCT)
            repeated.forEach(each -> all.add(new Sample(each, depth.strikes, depth.seed, depth.trials)));
        return all;
    }

    /** Is told how far verdicts have come; nothing that it does reaches them. */
    public interface Listener {

        /** Of this subject so much is to be tried. */
        default void begins(Cell subject, Campaign.Plan plan) {}

        /** So many trials are made, now or by an earlier run that is gone on with; called by any thread. */
        void done(long trials, boolean earlier);

        /** A trial has failed; called by any thread when it is found, and not in the order of verdicts. */
        default void failed(Cell subject, Failure failure) {}
    }

    /**
     * Verdicts on all subjects, in order. The others have the first turns of their trials before the first has all of them: what
     * fails under one kernel alone is soon seen too.
     *
     * @param directory keeps what has been tried
     * @param resume whether to use what is kept there
     * @param jobs machines that work side by side
     * @param limit is shared by them alike
     * @param all whether to try everything even if something has failed
     */
    public List<Verdict> verdicts(
            List<Cell> subjects,
            Path directory,
            boolean resume,
            int jobs,
            TimeLimit limit,
            boolean all,
            Listener listener) {
        FinishedParts parts = new FinishedParts(directory);
        parts.open(resume);
        Map<Cell, Verdict> failed = new HashMap<>();
        for (Cell subject : subjects.subList(Math.min(1, subjects.size()), subjects.size())) {
            BooleanSupplier goOn = limit.share(1);
            Campaign campaign = begin(subject, store(parts, subject, listener), jobs, all, listener);
            Verdict first =
                    campaign.run(jobs, (Campaign.Chunk chunk) -> chunk.every().isFirstTurn() && goOn.getAsBoolean());
            if (!all && !first.passed()) failed.put(subject, campaign.shrunk(first));
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (Cell subject : subjects) {
            BooleanSupplier goOn = limit.share(subjects.size() - verdicts.size());
            Verdict known = failed.get(subject);
            verdicts.add(known != null ? known : verdict(subject, parts, jobs, goOn, all, listener));
        }
        return verdicts;
    }

    private Verdict verdict(
            Cell subject, FinishedParts parts, int jobs, BooleanSupplier goOn, boolean all, Listener listener) {
        Campaign campaign = begin(subject, store(parts, subject, listener), jobs, all, listener);
        return campaign.shrunk(campaign.run(jobs, goOn));
    }

    /**
     * Tries the parts that are in a shard, beside others that may write to the same directory at once.
     *
     * @return how many were left out for lack of time
     */
    public int tryShard(
            List<Cell> subjects,
            Path directory,
            Shard shard,
            int jobs,
            TimeLimit limit,
            boolean all,
            Listener listener) {
        FinishedParts parts = new FinishedParts(directory);
        parts.share();
        AtomicInteger left = new AtomicInteger();
        for (int i = 0; i < subjects.size(); i++) {
            BooleanSupplier goOn = limit.share(subjects.size() - i);
            ChunkStore store = store(parts, subjects.get(i), listener);
            begin(subjects.get(i), store, jobs, all, listener).run(jobs, chunk -> {
                if (!shard.has(store.key(chunk))) return false;
                boolean now = goOn.getAsBoolean();
                if (!now) left.incrementAndGet();
                return now;
            });
        }
        return left.get();
    }

    /**
     * What shards have come to.
     *
     * @param verdicts in the order of the subjects; worth nothing as long as parts are missing
     * @param missing names of the parts that no shard has tried
     */
    public record Merged(List<Verdict> verdicts, List<String> missing) {}

    /** The verdicts on all subjects that {@link #verdicts} would have come to, made of what shards have tried. */
    public Merged merged(List<Cell> subjects, Path directory, boolean all) {
        FinishedParts parts = new FinishedParts(directory);
        parts.share();
        List<String> missing = new ArrayList<>();
        List<Verdict> verdicts = new ArrayList<>();
        for (Cell subject : subjects) {
            Listener nobody = (some, earlier) -> {};
            ChunkStore store = store(parts, subject, nobody);
            Campaign campaign = begin(subject, store, 1, all, nobody);
            Verdict verdict = campaign.run(1, (Campaign.Chunk chunk) -> {
                synchronized (missing) {
                    missing.add(store.key(chunk));
                }
                return false;
            });
            verdicts.add(missing.isEmpty() ? campaign.shrunk(verdict) : verdict);
        }
        return new Merged(verdicts, missing);
    }

    private Campaign begin(Cell subject, ChunkStore store, int jobs, boolean all, Listener listener) {
        Campaign campaign =
                campaign(subject, store).preparing(jobs).telling(failure -> listener.failed(subject, failure));
        if (!all) campaign.endingSoon();
        listener.begins(subject, campaign.plan());
        return campaign;
    }

    private ChunkStore store(FinishedParts parts, Cell subject, Listener listener) {
        return new ChunkStore(parts, subject, fingerprints(subject), (tally, earlier) -> {
            listener.done(tally.trials(), earlier);
            if (earlier) tally.failures().forEach(failure -> listener.failed(subject, failure));
        });
    }

    /** Tries a failed trial again; the failure, if it still is one. */
    public Optional<Failure> replay(Replay trial) {
        return campaign(trial).replay(trial.course(), trial.blows());
    }

    /** To do by hand what a trial did. */
    public Campaign campaign(Replay trial) {
        return campaign(catalog.cell(trial.subject()), null);
    }

    Campaign campaign(Cell subject, Campaign.Ledger ledger) {
        return new Campaign(
                subject,
                (IpcPolicy) catalog.find(Axis.IPC, "strict").extension(),
                courses,
                explorations,
                id -> (Workload) catalog.find(Axis.WORKLOAD, id).extension(),
                ledger);
    }

    /** On how many courses trials are made, if all of them make sense under a policy. */
    public int courses() {
        return courses.size();
    }

    /** What verdicts on a subject depend on, by name. */
    public Map<String, String> fingerprints(Cell subject) {
        Map<String, String> fingerprints =
                Provenance.of(List.of(subject), catalog, program).fingerprints();
        catalog.on(Axis.DISTURBANCE)
                .forEach(found -> fingerprints.put(
                        Axis.DISTURBANCE + "/" + found.id(), found.origin().code()));
        return fingerprints;
    }
}
