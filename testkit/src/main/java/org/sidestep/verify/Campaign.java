package org.sidestep.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.plugin.Configured;
import org.sidestep.verification.Disturbance;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.Workload;

/**
 * All trials of one subject: explorations of courses, cut into chunks that are tried side by side. The verdict depends on neither
 * the order in which chunks end nor on how many machines work on them.
 */
public final class Campaign {

    /** Boundaries in a chunk: enough work to be worth a boot, little enough to lose when a run is killed. */
    private static final int CHUNK = 128;

    /** Failures after which a chunk ends, if the campaign is to end soon. */
    private static final long ENOUGH = 5;

    private static final Supplier<Tally> NOT_TRIED = () -> null;

    private final Cell subject;
    private final Cell strict;
    private final List<Course> courses;
    private final List<Trials> explorations;
    private final Function<String, Workload> workloads;
    private final Ledger ledger;
    private boolean soon;
    private List<Track> tracks;
    private Map<Trials, Long> planned;
    /** What went wrong on courses that the subject does not even begin to master. */
    private final List<Failure> undisturbed = new ArrayList<>();

    /**
     * Parts of an exploration on one course.
     *
     * @param enough how many failures end it
     */
    public record Chunk(Course course, Trials exploration, int from, int to, long enough) {}

    /** Keeps the tallies of chunks, so that a killed campaign can go on. */
    public interface Ledger {
        /** The tally of a chunk that was tried before, or null. */
        Tally find(Chunk chunk);

        /** A chunk has been tried; called by any thread. */
        void put(Chunk chunk, Tally tally);
    }

    /**
     * A campaign.
     *
     * @param subject the cell in question; its workload does not matter
     * @param strict the policy to compare with
     * @param workloads finds those of the courses
     */
    public Campaign(
            Cell subject,
            IpcPolicy strict,
            List<Course> courses,
            List<? extends Trials> explorations,
            Function<String, Workload> workloads,
            Ledger ledger) {
        this.subject = subject;
        this.strict = with(subject, Axis.IPC, Configured.defaults(strict));
        this.courses = courses;
        this.explorations = List.copyOf(explorations);
        this.workloads = workloads;
        this.ledger = ledger;
    }

    /**
     * Ends soon once something has failed: courses that fail undisturbed are not disturbed, parts end after some failures, and an
     * exploration is not begun if one before it has failed on any course. How many work side by side makes no difference to that.
     */
    public Campaign endingSoon() {
        soon = true;
        return this;
    }

    private static Cell with(Cell cell, Axis<?> axis, Configured<?> configured) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(cell.plugins());
        plugins.put(axis, configured);
        return cell.with(plugins);
    }

    /**
     * How much there is to try.
     *
     * @param courses those that make sense under the policy
     * @param explorations of each of them
     * @param trials exact for single strikes; of pairs as many as if the first of them delayed the second but moved it nowhere
     */
    public record Plan(int courses, int explorations, long boundaries, long trials) {

        /** The same as work. */
        public Work work() {
            return new Work(boundaries * explorations, trials);
        }
    }

    /** Looks at all boundaries and tries nothing. */
    public Plan plan() {
        long boundaries = 0;
        for (Track track : tracks()) boundaries += track.boundaries;
        long trials = planned().values().stream().mapToLong(Long::longValue).sum();
        int broken = undisturbed.size();
        return new Plan(tracks().size() + broken, explorations.size(), boundaries, trials + broken);
    }

    /** About how many trials each exploration comes to over all courses. */
    private synchronized Map<Trials, Long> planned() {
        if (planned != null) return planned;
        Map<Trials, Long> sums = new LinkedHashMap<>();
        for (Trials exploration : explorations) sums.put(exploration, 0L);
        for (Track track : tracks()) {
            Lane lane = track.take();
            for (Trials exploration : explorations) sums.merge(exploration, exploration.planned(lane), Long::sum);
            track.giveBack(lane);
        }
        planned = sums;
        return sums;
    }

    /** What has fewest trials first: what fails anyway is soon seen. */
    private List<Trials> inOrder() {
        return explorations.stream()
                .sorted(Comparator.comparing(planned()::get))
                .toList();
    }

    /** A track for each course that makes sense under the policy. */
    private synchronized List<Track> tracks() {
        if (tracks != null) return tracks;
        List<Track> made = new ArrayList<>();
        for (Course course : courses) {
            try {
                made.add(new Track(course));
            } catch (NotApplicable e) {
                continue;
            } catch (Lane.Broken e) {
                undisturbed.add(e.failure());
                if (soon) break;
            }
        }
        tracks = made;
        return made;
    }

    /** To which of some instructions of the subject the trials come. */
    public Coverage coverage(List<Program.Line> lines, Coverage.Ledger kept) {
        return new Coverage(lines, kept);
    }

    /**
     * Looks for the first promise that the subject breaks with other bytes in its kernel: undisturbed on all courses, then in trials
     * from all over all explorations. Uses one machine for each course, and not the ledger.
     *
     * @param changed what is known of the instructions that are changed; nothing if all trials have to be made
     * @param most after so many trials the search is over
     */
    public Search.Result search(Patch patch, Optional<Coverage.Changed> changed, long most) {
        Map<Trials, Long> sizes = planned();
        Map<Track, Lane> taken = new LinkedHashMap<>();
        Map<Course, Lane> lanes = new LinkedHashMap<>();
        try {
            for (Track track : tracks()) {
                Lane lane = track.take();
                taken.put(track, lane);
                lane.become(patch);
                lanes.put(track.course, lane);
            }
            return new Search(sizes, lanes, changed, most).run();
        } finally {
            taken.forEach((track, lane) -> {
                lane.recover();
                track.giveBack(lane);
            });
        }
    }

    /**
     * Tries everything.
     *
     * @param goOn asked before each chunk; once it says no, those that have not begun are left out
     */
    public Verdict run(int jobs, BooleanSupplier goOn) {
        return run(jobs, (Chunk chunk) -> goOn.getAsBoolean());
    }

    /**
     * Tries some of it.
     *
     * @param mine asked before each chunk of which the ledger knows nothing: whether to try it now, or leave it out
     */
    public Verdict run(int jobs, Predicate<Chunk> mine) {
        Map<Track, List<Pending>> pending = new LinkedHashMap<>();
        for (Track track : tracks()) pending.put(track, new ArrayList<>());
        try (SideBySide pool = new SideBySide(jobs)) {
            boolean begin = !soon || undisturbed.isEmpty();
            for (Trials exploration : inOrder()) {
                Predicate<Chunk> begins = begin ? mine : null;
                pending.forEach((track, each) -> each.add(submit(pool, track, exploration, begins)));
                if (soon) begin &= pending.values().stream().noneMatch(Campaign::lastFailed);
            }
            pending.values()
                    .forEach(each -> each.sort(Comparator.comparing(one -> explorations.indexOf(one.exploration))));
            return verdict(pending.values());
        }
    }

    /** Waits for it. */
    private static boolean lastFailed(List<Pending> each) {
        return each.get(each.size() - 1).entry().tally().failed() > 0;
    }

    private Verdict verdict(Collection<List<Pending>> pending) {
        List<Verdict.Entry> entries = new ArrayList<>();
        for (Failure failure : undisturbed) {
            Tally tally = Tally.undisturbed(failure);
            entries.add(new Verdict.Entry(failure.course(), explorations.get(0), tally, 0, 1));
        }
        for (List<Pending> each : pending) for (Pending one : each) entries.add(one.entry());
        return new Verdict(subject, List.copyOf(entries));
    }

    /** @param mine null if nothing is to be tried */
    private Pending submit(SideBySide pool, Track track, Trials exploration, Predicate<Chunk> mine) {
        List<Supplier<Tally>> tallies = new ArrayList<>();
        int parts = exploration.parts(track.boundaries);
        for (int from = 0; from < parts; from += CHUNK) {
            Chunk chunk = new Chunk(
                    track.course, exploration, from, Math.min(from + CHUNK, parts), soon ? ENOUGH : Long.MAX_VALUE);
            tallies.add(mine == null ? NOT_TRIED : pool.begin(() -> tally(track, chunk, mine)));
        }
        return new Pending(track.course, exploration, tallies);
    }

    private Tally tally(Track track, Chunk chunk, Predicate<Chunk> mine) {
        Tally known = ledger.find(chunk);
        if (known != null) return known;
        if (!mine.test(chunk)) return null;
        Tally tally = track.explore(chunk);
        ledger.put(chunk, tally);
        return tally;
    }

    private record Pending(Course course, Trials exploration, List<Supplier<Tally>> chunks) {
        Verdict.Entry entry() {
            Tally sum = Tally.NONE;
            int left = 0;
            for (Supplier<Tally> chunk : chunks) {
                Tally tally = chunk.get();
                if (tally == null) left++;
                else sum = sum.plus(tally);
            }
            return new Verdict.Entry(course, exploration, sum, left, chunks.size());
        }
    }

    /**
     * What goes wrong on a course although nothing disturbs it, if anything does.
     *
     * @throws NotApplicable if the course makes no sense for the subject
     */
    public Optional<Failure> undisturbed(Course course) {
        try {
            new Track(course);
            return Optional.empty();
        } catch (Lane.Broken e) {
            return Optional.of(e.failure());
        }
    }

    /**
     * Deals the blows of a failure again.
     *
     * @throws IllegalArgumentException if they cannot fall where they are said to
     */
    public Optional<Failure> replay(Course course, List<Blow> blows) {
        try {
            Lane lane = new Track(course).take();
            deal(lane, blows, blow -> {});
            return lane.dealt(blows, disturbances());
        } catch (Lane.Broken e) {
            return Optional.of(e.failure());
        }
    }

    private Optional<Failure> dealt(Course course, List<Blow> blows) {
        return new Track(course).take().dealt(blows, disturbances());
    }

    private Map<String, Disturbance> disturbances() {
        Map<String, Disturbance> disturbances = new LinkedHashMap<>();
        explorations.forEach(e -> disturbances.put(e.disturbance().id(), e.disturbance()));
        return disturbances;
    }

    /** The same verdict with the first failure of each kind made as small as it still fails, and looked at closely. */
    public Verdict shrunk(Verdict verdict) {
        return new Shrinking(this::dealt, this::timeline).of(verdict);
    }

    private Timeline timeline(Failure failure) {
        if (failure.blows().isEmpty()) return Timeline.NONE;
        return new Track(failure.course()).take().timeline(failure.blows(), disturbances());
    }

    /**
     * Deals blows on a machine that stands anywhere, from the begin of its round.
     *
     * @param told of each, once it has fallen
     * @throws IllegalArgumentException if they cannot fall where they are said to
     */
    public void deal(Lane lane, List<Blow> blows, Consumer<Blow> told) {
        List<Blow> left = new ArrayList<>(blows);
        boolean dealt = lane.deal(blows, disturbances(), blow -> {
                    left.remove(0);
                    told.accept(blow);
                })
                .isPresent();
        if (!dealt) throw new IllegalArgumentException("nothing of the kind can happen there: " + left.get(0));
    }

    /**
     * A machine to try something on by hand.
     *
     * @throws NotApplicable if the course makes no sense for the subject
     */
    public Lane lane(Course course) {
        return new Track(course).take();
    }

    /** A course with the lanes that are free to try something on it. */
    private final class Track {
        private final Course course;
        private final Cell cell;
        private final Reference reference;
        private final Alike alike;
        private final List<Lane> free = new ArrayList<>();
        private final int boundaries;

        Track(Course course) {
            this.course = course;
            Workload workload = workloads.apply(course.workload());
            Cell undisputed = course.of(strict, workload);
            reference = Reference.of(course, undisputed);
            alike = new Alike(reference.limited(undisputed));
            cell = reference.limited(course.of(subject, workload));
            Lane first = new Lane(course, cell, reference, alike);
            boundaries = first.boundaries().size();
            free.add(first);
        }

        Tally explore(Chunk chunk) {
            Lane lane = take();
            Tally tally = chunk.exploration().explore(lane, chunk.from(), chunk.to(), chunk.enough());
            giveBack(lane);
            return tally;
        }

        private void giveBack(Lane lane) {
            synchronized (free) {
                free.add(lane);
            }
        }

        private Lane take() {
            synchronized (free) {
                if (!free.isEmpty()) return free.remove(free.size() - 1);
            }
            return new Lane(course, cell, reference, alike);
        }
    }
}
