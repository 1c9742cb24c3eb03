package org.sidestep.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Inhabitant;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.x2.ThreadId;

/**
 * One course under the policy in question, on a machine of its own: the run that nothing disturbs, the round of it in which it can
 * be disturbed, and the trials. Not thread-safe.
 */
public final class Lane {

    /** Instructions of a round that ends. */
    private static final int LONGEST_ROUND = 100_000;

    /** How many cycles a disturbed run may take beyond the undisturbed one: some time slices. */
    private static final long PATIENCE = 2_000_000;

    /** Instructions that take less time than to mark where they end. */
    private static final int STEPS = 64;

    private final Cell cell;
    private final Booted booted;
    private final KernelImage image;
    /** The policy's instructions at user level, with their lengths. */
    private final Map<Integer, Integer> stubs;

    private final Walk walk;
    private final InterruptsOff off;
    private final KnownRuns known;
    private final Judge judge;
    private final Alike alike;
    private final Booted.Mark original;
    private final int roundEnd;
    private final List<Boundary> originalBoundaries;
    private final Stretch undisturbedOff;
    private final long limit;
    private Booted.Mark begin;
    /** On the undisturbed run, for the next that go near there. */
    private Waypoint waypoint;

    private long wanted;
    /** Whether what runs on the way to a boundary has to be seen each time. */
    private boolean noting;

    private List<Boundary> boundaries;

    /** A place of the undisturbed run. */
    private record Waypoint(long instruction, Booted.Mark mark) {}

    /**
     * Boots a cell up to the round that is disturbed.
     *
     * @param reference what is promised of the run
     * @param alike what strict switching makes of it when it is struck
     */
    Lane(Course course, Cell cell, Reference reference, Alike alike) {
        this.alike = alike;
        this.cell = cell;
        booted = Booted.of(cell).count(KernelProbes.KILL);
        image = booted.image();
        stubs = stubs(image);
        walk = new Walk(booted, stubs);
        off = InterruptsOff.of(booted);
        known = new KnownRuns(booted, off);
        List<Turns> turns = Stream.<Optional<? extends Turns>>of(Shares.of(cell, booted), Ranks.of(cell, booted))
                .<Turns>flatMap(Optional::stream)
                .toList();
        judge = new Judge(course, booted, reference, known, turns);
        roundEnd = warmUp();
        original = booted.mark();
        beginAt(original);
        originalBoundaries = round();
        boundaries = originalBoundaries;
        booted.restore(begin);
        off.begin();
        turns.forEach(Turns::begin);
        Outcome outcome = booted.run(cell.maxCycles());
        limit = booted.machine().cycles() + PATIENCE;
        judge.limit(limit);
        undisturbedOff = off.longest();
        judge.judged(outcome, List::of, Expected.of(Promise.EQUIVALENCE)).ifPresent(failure -> {
            throw new Broken(failure);
        });
        booted.restore(begin);
        if (boundaries.isEmpty()) known.forgetAll();
        else known.learn(limit);
    }

    /** From where the machine stands; nothing if nothing may disturb it. */
    private List<Boundary> round() {
        return image.observables().fragile() ? List.of() : walk.to(roundEnd, LONGEST_ROUND);
    }

    /** A policy's instructions at user level, with their lengths, ascending. */
    static Map<Integer, Integer> stubs(KernelImage image) {
        Map<Integer, Integer> stubs = new TreeMap<>(Integer::compareUnsigned);
        for (Program.Line line : image.program().lines()) {
            if (line.kind() == Program.Line.Kind.CODE && line.purpose().equals(Cause.USER_STUB.word()))
                stubs.put(line.address(), line.length());
        }
        return stubs;
    }

    /** Runs to the begin of the round that is disturbed; the address at which that round ends. */
    private int warmUp() {
        try {
            return new WarmUp(booted, cell.maxCycles()).run();
        } catch (AssertionError e) {
            throw new Broken(judge.brokenOff(e.getMessage()).orElseThrow());
        }
    }

    /** Under the policy in question a course fails although nothing disturbs it. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Failure failure;

        Broken(Failure failure) {
            super(String.join("; ", failure.details()));
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    /** Lets all trials from now on run to their ends, although they may have come to what is known: for tests. */
    void toTheEnd() {
        known.forgetAll();
    }

    /** Those of the round that is disturbed, in order. */
    public List<Boundary> boundaries() {
        return boundaries;
    }

    /** From here on, until {@link #recover}, runs a kernel with other bytes, from the round that is disturbed. */
    void become(Patch patch) {
        booted.restore(original);
        patch.apply(booted.machine());
        beginAt(booted.mark());
    }

    private void beginAt(Booted.Mark mark) {
        begin = mark;
        waypoint = new Waypoint(Long.MAX_VALUE, mark);
    }

    /** What is wrong with its run when nothing disturbs it, if anything is. */
    Optional<Failure> undisturbed() {
        try {
            booted.restore(begin);
            boundaries = round();
            booted.restore(begin);
            return judge.judge(List::of, Expected.of(Promise.EQUIVALENCE), () -> booted.restore(begin));
        } catch (RuntimeException e) { // what names the running thread makes no sense
            return judge.failed(List::of, Failure.Kind.CRASH, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** Tries something with the kernel that was booted, notes to which instructions that comes, and runs the other kernel again. */
    <T> T noted(List<Integer> addresses, Function<Footprints, T> trials) {
        Booted.Mark other = begin;
        List<Boundary> its = boundaries;
        recover();
        try (Footprints made = new Footprints(booted.machine(), addresses, stubs)) {
            judge.note(made);
            noting = true;
            return trials.apply(made);
        } finally {
            noting = false;
            judge.note(Footprints.NONE);
            recover();
            beginAt(other);
            boundaries = its;
        }
    }

    /** Runs the kernel again that was booted. */
    void recover() {
        beginAt(original);
        boundaries = originalBoundaries;
        known.forget();
    }

    /** Puts the machine at a boundary of the undisturbed run. */
    void goTo(Boundary boundary) {
        long instruction = boundary.instruction();
        boolean near = waypoint.instruction <= instruction;
        booted.restore(near ? waypoint.mark : begin);
        boolean worth = !near || instruction > waypoint.instruction + STEPS || instruction == wanted;
        wanted = instruction;
        if (near && instruction == waypoint.instruction) return;
        advanceTo(instruction);
        if (worth && !noting) waypoint = new Waypoint(instruction, booted.mark());
    }

    private void advanceTo(long instruction) {
        booted.machine().run(Limits.instructions(instruction));
    }

    /** Walks along the round that is disturbed, undisturbed; what looks at a boundary finds the machine there. */
    void along(Consumer<Boundary> look) {
        booted.restore(begin);
        for (Boundary boundary : boundaries) {
            look.accept(boundary);
            booted.machine().step();
        }
    }

    /** What {@code disturbance} can do where the machine stands. */
    List<Strike> strikes(Disturbance disturbance, Boundary boundary) {
        return disturbance.at(new Standing(boundary, booted, stubs, walk.inhabitants(), walk.expendable()));
    }

    /** What it can do at a boundary of the undisturbed run, where the machine stands then. */
    List<Strike> strikesAt(int boundary, Disturbance disturbance) {
        Boundary at = boundaries.get(boundary);
        goTo(at);
        return strikes(disturbance, at);
    }

    /** Strikes the machine, which stands at {@code boundary}, and lets it run to the end. */
    Optional<Failure> struck(Boundary boundary, Disturbance disturbance, Strike strike) {
        Expected expected = expected(strike);
        strike.deed().accept(booted.machine());
        return judge.judge(() -> List.of(blow(boundary, disturbance, strike)), expected, () -> {
            goTo(boundary);
            strike.deed().accept(booted.machine());
        });
    }

    /** What must hold of the run if it is struck where it stands. */
    private Expected expected(Strike strike) {
        if (strike.promise() != Promise.LIKENESS) return Expected.of(strike.promise());
        return new Expected(strike.promise(), Call.at(booted).flatMap(call -> alike.promised(call, strike)));
    }

    Blow blow(Boundary boundary, Disturbance disturbance, Strike strike) {
        String place = Place.describe(image.program(), boundary.address());
        return new Blow(boundary.instruction(), disturbance.id(), strike.name(), place);
    }

    /** A run that was struck, and has not gone on yet. */
    record Struck(Boundary at, Blow blow, Booted.Mark mark) {}

    /** Strikes the undisturbed run at {@code boundary}. */
    Struck strike(Boundary boundary, Disturbance disturbance, Strike strike) {
        goTo(boundary);
        strike.deed().accept(booted.machine());
        return new Struck(boundary, blow(boundary, disturbance, strike), booted.mark());
    }

    /** See {@link Walk#next}. */
    Boundary next(int count) {
        return walk.next(count);
    }

    /** Lets a run on which blows of one disturbance have fallen go on to its end. */
    Optional<Failure> fallen(List<Blow> blows, Promise promise, Disturbance disturbance) {
        return judge.judge(
                () -> blows,
                Expected.of(promise),
                () -> deal(blows, Map.of(disturbance.id(), disturbance), blow -> {}));
    }

    /** What comes behind a strike. */
    Sequel sequel(Struck struck, Exploration.Reach reach) {
        booted.restore(struck.mark());
        return Sequel.of(walk, reach, reach.steps(this), known::isUndisturbed);
    }

    /** Strikes a struck run again, and lets it run to the end. */
    Optional<Failure> struckAgain(Struck struck, Boundary second, Disturbance disturbance, Strike strike) {
        Runnable strikes = () -> {
            booted.restore(struck.mark());
            advanceTo(second.instruction());
            strike.deed().accept(booted.machine());
        };
        strikes.run();
        return judge.judge(
                () -> List.of(struck.blow(), blow(second, disturbance, strike)),
                Expected.of(strike.promise()),
                strikes);
    }

    /** Deals blows by name, in order, and lets the machine run to the end. */
    Optional<Failure> dealt(List<Blow> blows, Map<String, Disturbance> disturbances) {
        Consumer<Blow> nobody = blow -> {};
        return deal(blows, disturbances, nobody)
                .flatMap(expected -> judge.judge(() -> blows, expected, () -> deal(blows, disturbances, nobody)));
    }

    /**
     * Strikes the machine as often as there are blows, from the begin of the round that is disturbed.
     *
     * @param told of each blow, once it has fallen
     * @return what is expected then, or nothing if a blow cannot be dealt
     */
    Optional<Expected> deal(List<Blow> blows, Map<String, Disturbance> disturbances, Consumer<Blow> told) {
        booted.restore(begin);
        Expected expected = Expected.of(Promise.EQUIVALENCE);
        for (Blow blow : blows) {
            advanceTo(blow.instruction());
            Strike strike = strike(blow, disturbances);
            if (strike == null) return Optional.empty();
            expected = expected(strike);
            strike.deed().accept(booted.machine());
            told.accept(blow);
        }
        return Optional.of(expected);
    }

    /** What a blow is where the machine stands, or null. */
    private Strike strike(Blow blow, Map<String, Disturbance> disturbances) {
        Boundary here = walk.beforeNext();
        Disturbance disturbance = disturbances.get(blow.disturbance());
        if (disturbance == null || here.instruction() != blow.instruction()) return null;
        return strikes(disturbance, here).stream()
                .filter(candidate -> candidate.name().equals(blow.strike()))
                .findFirst()
                .orElse(null);
    }

    /** Both runs from shortly before the first blow, of which there is one, to some time behind the last. */
    Timeline timeline(List<Blow> blows, Map<String, Disturbance> disturbances) {
        booted.restore(begin);
        TimelineRecorder undisturbed = recorder();
        undisturbed.approach(blows.get(0).instruction());
        List<Timeline.Span> as = undisturbed.rest();
        booted.restore(begin);
        TimelineRecorder struck = recorder();
        for (Blow blow : blows) {
            if (blow == blows.get(0)) struck.approach(blow.instruction());
            else struck.advance(blow.instruction());
            strike(blow, disturbances).deed().accept(booted.machine());
            struck.blow(blow);
        }
        return new Timeline(as, struck.rest());
    }

    private TimelineRecorder recorder() {
        return new TimelineRecorder(booted.machine(), image.program(), stubs.keySet(), machine -> name());
    }

    private String name() {
        try {
            Inhabitant running = walk.running();
            return ThreadId.number(running.globalId()) == 0 ? TimelineRecorder.NOBODY : running.name();
        } catch (NotMapped nobody) {
            return TimelineRecorder.NOBODY;
        }
    }

    /** Puts the machine at the begin of the round that is disturbed. */
    public void rewind() {
        booted.restore(begin);
    }

    /** To be looked at; a run of its own begins with {@link #rewind} or {@link #deal}. */
    public Machine machine() {
        return booted.machine();
    }

    public KernelImage image() {
        return image;
    }

    /** What runs here. */
    public Cell cell() {
        return cell;
    }

    /** The cycle at which a run has taken too long. */
    public long limit() {
        return limit;
    }

    /** The state to which the last trial came first; see {@link Tally#states}. */
    OptionalLong reached() {
        return known.reached();
    }

    /** For how long interrupts were off up to there. */
    InterruptsOff interruptsOff() {
        return off;
    }

    /** The same of the run that nothing disturbs, all of it. */
    Stretch undisturbedOff() {
        return undisturbedOff;
    }
}
