package org.sidestep.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.plugin.Configured;
import org.sidestep.verification.Disturbance;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.Workload;

/**
 * All trials of one subject: explorations of courses, which take turns, cut into chunks that are tried side by side. The verdict
 * depends on neither the order in which chunks end nor on how many machines work on them.
 */
public final class Campaign {

    /** Boundaries in a chunk: enough work to be worth a boot, little enough to lose when a run is killed. */
    private static final int CHUNK = 128;

    private final Cell subject;
    private final Cell strict;
    private final List<Course> courses;
    private final List<Trials> explorations;
    private final Function<String, Workload> workloads;
    private final Ledger ledger;
    private boolean soon;
    private int jobs = 1;
    private Consumer<Failure> told = failure -> {};
    private List<Track> tracks;
    private Map<Trials, Long> planned;
    /** What went wrong on courses that the subject does not even begin to master. */
    private final List<Failure> undisturbed = new ArrayList<>();

    /**
     * Some trials of an exploration on one course.
     *
     * @param from the first of the parts at which strikes fall
     * @param to behind the last
     * @param every which of the strikes at these parts
     * @param enough how many failures end it
     */
    public record Chunk(Course course, Trials exploration, int from, int to, Every every, long enough) {}

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
     * Ends soon once something has failed: courses that fail undisturbed are not disturbed, chunks end after some failures, and no
     * turn of an exploration is begun if one before it has failed on any course. How many work side by side makes no difference to
     * that.
     */
    public Campaign endingSoon() {
        soon = true;
        return this;
    }

    /** @param places how many courses get ready side by side */
    public Campaign preparing(int places) {
        jobs = places;
        return this;
    }

    /** @param listener is told of each failure when it is found; called by any thread */
    public Campaign telling(Consumer<Failure> listener) {
        told = listener;
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
     * @param boundaries of all of them, undisturbed
     * @param trials exact for single strikes; of pairs as many as if the first of them delayed the second but moved it nowhere
     */
    public record Plan(int courses, long boundaries, long trials) {}

    /** Looks at all boundaries and tries nothing. */
    public Plan plan() {
        long boundaries = 0;
        for (Track track : tracks()) boundaries += track.boundaries();
        long trials = planned().values().stream().mapToLong(Long::longValue).sum();
        int broken = undisturbed.size();
        return new Plan(tracks().size() + broken, boundaries, trials + broken);
    }

    /** About how many trials each exploration comes to over all courses. */
    private synchronized Map<Trials, Long> planned() {
        if (planned != null) return planned;
        Map<Trials, Long> sums = new LinkedHashMap<>();
        List<List<Long>> trials = SideBySide.each(
                jobs,
                tracks(),
                track -> explorations.stream()
                        .map(exploration -> track.agenda(exploration).trials())
                        .toList());
        for (int i = 0; i < explorations.size(); i++) {
            int which = i;
            sums.put(
                    explorations.get(i),
                    trials.stream().mapToLong(each -> each.get(which)).sum());
        }
        planned = sums;
        return sums;
    }

    /** A track for each course that makes sense under the policy; if it is to end soon, up to the first that fails. */
    private synchronized List<Track> tracks() {
        if (tracks != null) return tracks;
        AtomicInteger failing = new AtomicInteger(Integer.MAX_VALUE);
        List<Integer> numbers = IntStream.range(0, courses.size()).boxed().toList();
        List<Begun> begun = SideBySide.each(jobs, numbers, number -> begin(number, failing));
        tracks = new ArrayList<>();
        for (int i = 0; i < begun.size() && i <= failing.get(); i++) {
            begun.get(i).track.ifPresent(tracks::add);
            begun.get(i).failure.ifPresent(undisturbed::add);
        }
        return tracks;
    }

    /** A course that has been begun: neither if it makes no sense under the policy. */
    private record Begun(Optional<Track> track, Optional<Failure> failure) {}

    /** @param failing the first course that fails, if those behind it are not to be begun */
    private Begun begin(int number, AtomicInteger failing) {
        if (number > failing.get()) return new Begun(Optional.empty(), Optional.empty());
        try {
            return new Begun(Optional.of(track(courses.get(number))), Optional.empty());
        } catch (NotApplicable e) {
            return new Begun(Optional.empty(), Optional.empty());
        } catch (Lane.Broken e) {
            told.accept(e.failure());
            if (soon) failing.accumulateAndGet(number, Math::min);
            return new Begun(Optional.empty(), Optional.of(e.failure()));
        }
    }

    /** What went wrong where nothing disturbed the subject. */
    private List<Failure> broken() {
        tracks();
        return undisturbed;
    }

    /** @throws NotApplicable if the course makes no sense for the subject */
    private Track track(Course course) {
        return new Track(course, subject, strict, workloads.apply(course.workload()));
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
                lanes.put(track.course(), lane);
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
    public Verdict run(int places, BooleanSupplier goOn) {
        return run(places, (Chunk chunk) -> goOn.getAsBoolean());
    }

    /**
     * Tries some of it.
     *
     * @param mine asked before each chunk of which the ledger knows nothing: whether to try it now, or leave it out
     */
    public Verdict run(int places, Predicate<Chunk> mine) {
        List<Verdict.Entry> entries = new ArrayList<>();
        for (Failure failure : broken()) {
            Tally tally = Tally.undisturbed(failure);
            entries.add(new Verdict.Entry(failure.course(), explorations.get(0), tally, 0, 1));
        }
        Predicate<Chunk> some = soon && !entries.isEmpty() ? chunk -> false : mine;
        entries.addAll(new Steps(tracks(), planned(), soon, ledger, told).run(places, some));
        return new Verdict(subject, List.copyOf(entries));
    }

    /**
     * What goes wrong on a course although nothing disturbs it, if anything does.
     *
     * @throws NotApplicable if the course makes no sense for the subject
     */
    public Optional<Failure> undisturbed(Course course) {
        try {
            track(course);
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
            Lane lane = track(course).take();
            deal(lane, blows, blow -> {});
            return lane.dealt(blows, disturbances());
        } catch (Lane.Broken e) {
            return Optional.of(e.failure());
        }
    }

    private Map<String, Disturbance> disturbances() {
        Map<String, Disturbance> disturbances = new LinkedHashMap<>();
        explorations.forEach(e -> disturbances.put(e.disturbance().id(), e.disturbance()));
        return disturbances;
    }

    /** The same verdict with the first failure of each kind made as small as it still fails, and looked at closely. */
    public Verdict shrunk(Verdict verdict) {
        Map<Course, Lane> lanes = new HashMap<>();
        Function<Course, Lane> lane = course -> lanes.computeIfAbsent(course, this::anyLane);
        return new Shrinking(
                        (course, blows) -> lane.apply(course).dealt(blows, disturbances()),
                        failure -> lane.apply(failure.course()).timeline(failure.blows(), disturbances()))
                .of(verdict);
    }

    /** One that is there already, if one is. */
    private Lane anyLane(Course course) {
        return tracks().stream()
                .filter(track -> track.course().equals(course))
                .findFirst()
                .orElseGet(() -> track(course))
                .take();
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
        return track(course).take();
    }
}
