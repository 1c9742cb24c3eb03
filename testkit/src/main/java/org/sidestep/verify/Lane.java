package org.sidestep.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
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

    /** Rounds before the one that is disturbed. */
    private static final int WARM = 3;

    /** Instructions of a round that ends. */
    private static final int LONGEST_ROUND = 100_000;

    /** How many cycles a disturbed run may take beyond the undisturbed one: some time slices. */
    private static final long PATIENCE = 2_000_000;

    private static final int TIMER = 0;

    /** Steps in which a second strike may follow a first one. */
    private static final int FAR = 10_000;

    private final Course course;
    private final Cell cell;
    private final Booted booted;
    private final KernelImage image;
    private final Reference reference;
    /** The policy's instructions at user level, with their lengths. */
    private final Map<Integer, Integer> stubs = new TreeMap<>(Integer::compareUnsigned);

    private final Booted.Mark original;
    private final int roundEnd;
    private final KnownRuns known;
    private final InterruptsOff off;
    private final Stretch undisturbedOff;
    private final long maxCycles;
    private final long limit;
    private Booted.Mark begin;
    private final List<Boundary> originalBoundaries;
    private List<Boundary> boundaries;
    private final Map<Integer, Inhabitant> inhabitants = new LinkedHashMap<>();
    /** Page directories of the spaces that may come to harm. */
    private final Set<Integer> expendable = new TreeSet<>();

    /**
     * Boots a cell up to the round that is disturbed.
     *
     * @param reference what is promised of the run
     */
    Lane(Course course, Cell cell, Reference reference) {
        this.course = course;
        this.cell = cell;
        this.reference = reference;
        maxCycles = cell.maxCycles();
        booted = Booted.of(cell).count(KernelProbes.KILL);
        image = booted.image();
        for (Program.Line line : image.program().lines()) {
            if (line.kind() == Program.Line.Kind.CODE && line.purpose().equals(Cause.USER_STUB.word()))
                stubs.put(line.address(), line.length());
        }
        List<String> rounds = image.observables().intervals().get("roundtrip").from();
        String round = rounds.get(0);
        try {
            amongRivals(rounds);
            booted.runTo(round, WARM);
        } catch (AssertionError e) {
            throw new Broken(failed(List::of, Failure.Kind.CRASH, List.of("undisturbed", e.getMessage()))
                    .orElseThrow());
        }
        original = booted.mark();
        begin = original;
        roundEnd = booted.address(round);
        originalBoundaries = walk(LONGEST_ROUND);
        boundaries = originalBoundaries;
        booted.restore(begin);
        off = new InterruptsOff(image.program());
        booted.machine().observe(off);
        Outcome outcome = booted.run(maxCycles);
        limit = booted.machine().cycles() + PATIENCE;
        undisturbedOff = off.longest();
        known = new KnownRuns(booted, off);
        judged(outcome, List::of, Promise.EQUIVALENCE).ifPresent(failure -> {
            throw new Broken(failure);
        });
        booted.restore(begin);
        known.learn(limit);
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

    /**
     * Where several threads have rounds, runs until each has had one and has more to come: whoever is at the end of one is
     * interrupted, which takes the processor away if time slices are short. If they are not, nothing is done: the threads
     * come one after the other then.
     */
    private void amongRivals(List<String> rounds) {
        if (rounds.size() == 1) return;
        Booted.Mark start = booted.mark();
        Map<Integer, Watch> ends = new TreeMap<>();
        for (String round : rounds) {
            int address = booted.address(round);
            ends.put(address, booted.machine().debugger().breakpoint(address));
        }
        Set<Integer> had = new TreeSet<>();
        for (int i = 0; i < 2 * rounds.size() && had.size() < rounds.size(); i++) {
            if (booted.machine().run(Limits.cycles(maxCycles)).kind() != Stop.Kind.BREAKPOINT) break;
            had.add(booted.machine().codeAddress());
            booted.machine().interruptAt(booted.machine().instructions(), TIMER);
        }
        ends.values().forEach(Watch::close);
        if (had.size() < rounds.size()) booted.restore(start);
    }

    /**
     * From here on, until {@link #recover}, runs a kernel with other bytes, from the round that is disturbed.
     *
     * @return what is wrong with its run when nothing disturbs it, if anything is
     */
    Optional<Failure> become(Patch patch) {
        booted.restore(original);
        patch.apply(booted.machine());
        begin = booted.mark();
        try {
            boundaries = walk(LONGEST_ROUND);
            booted.restore(begin);
            return judge(List::of, Promise.EQUIVALENCE, () -> booted.restore(begin));
        } catch (RuntimeException e) { // what names the running thread makes no sense
            return failed(List::of, Failure.Kind.CRASH, List.of(String.valueOf(e.getMessage())));
        }
    }

    /** Runs the kernel again that was booted. */
    void recover() {
        begin = original;
        boundaries = originalBoundaries;
        known.forget();
    }

    private List<Boundary> walk(int most) {
        Machine machine = booted.machine();
        List<Boundary> walked = new ArrayList<>();
        Boundary here = boundary(machine);
        do {
            machine.step();
            Boundary next = boundary(machine);
            walked.add(here.before(next));
            here = next;
        } while (machine.codeAddress() != roundEnd && walked.size() < most);
        return walked;
    }

    /** Where the machine stands; what comes next is not known yet. */
    private Boundary boundary(Machine machine) {
        boolean user = machine.cpl() == 3;
        String space = running(machine).space();
        if (user && image.observables().expendable().contains(space)) expendable.add(machine.control(Cr.CR3));
        return new Boundary(
                machine.instructions(),
                machine.codeAddress(),
                user,
                user && stubs.containsKey(machine.codeAddress()),
                false,
                false,
                (machine.eflags() & Eflags.IF) != 0,
                space);
    }

    /** The thread that user level says is running. */
    private Inhabitant running(Machine machine) {
        int utcb = machine.peek(image.currentUtcb());
        int globalId = machine.peek(utcb + image.globalIdOffset());
        int number = ThreadId.number(globalId);
        return inhabitants.computeIfAbsent(
                globalId,
                id -> new Inhabitant(
                        image.observables().threads().getOrDefault(number, "thread " + number),
                        image.observables().spaces().getOrDefault(number, ""),
                        globalId,
                        utcb));
    }

    /** Puts the machine at a boundary of the undisturbed run. */
    void goTo(Boundary boundary) {
        booted.restore(begin);
        advanceTo(boundary.instruction());
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
        return disturbance.at(new Standing(boundary, booted, stubs, inhabitants.values(), expendable));
    }

    /** Strikes the machine, which stands at {@code boundary}, and lets it run to the end. */
    Optional<Failure> struck(Boundary boundary, Disturbance disturbance, Strike strike) {
        strike.deed().accept(booted.machine());
        return judge(() -> List.of(blow(boundary, disturbance, strike)), strike.promise(), () -> {
            goTo(boundary);
            strike.deed().accept(booted.machine());
        });
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

    /** The boundary at user level that so many are before, of those at which interrupts are taken; null if the run ends before. */
    Boundary next(int count) {
        Machine machine = booted.machine();
        Boundary here = boundary(machine);
        int left = count;
        for (int i = 0; i < FAR && left > 0; i++) {
            if (machine.step().kind() != Stop.Kind.STEP) return null;
            here = boundary(machine);
            if (here.user() && here.interruptible()) left--;
        }
        return left > 0 ? null : here;
    }

    /** Lets a run on which blows of one disturbance have fallen go on to its end. */
    Optional<Failure> fallen(List<Blow> blows, Promise promise, Disturbance disturbance) {
        return judge(() -> blows, promise, () -> deal(blows, Map.of(disturbance.id(), disturbance), blow -> {}));
    }

    /** The next boundaries of a struck run, in order, of those that count. */
    List<Boundary> after(Struck struck, Predicate<Boundary> counts, int most) {
        booted.restore(struck.mark());
        Machine machine = booted.machine();
        List<Boundary> following = new ArrayList<>();
        for (int i = 0; i < FAR && following.size() < most; i++) {
            if (machine.step().kind() != Stop.Kind.STEP) break;
            Boundary boundary = boundary(machine);
            if (boundary.instruction() > struck.at().instruction() && counts.test(boundary)) following.add(boundary);
        }
        return following;
    }

    /** Strikes a struck run again, and lets it run to the end. */
    Optional<Failure> struckAgain(Struck struck, Boundary second, Disturbance disturbance, Strike strike) {
        Runnable strikes = () -> {
            booted.restore(struck.mark());
            advanceTo(second.instruction());
            strike.deed().accept(booted.machine());
        };
        strikes.run();
        return judge(() -> List.of(struck.blow(), blow(second, disturbance, strike)), strike.promise(), strikes);
    }

    /** Deals blows by name, in order, and lets the machine run to the end. */
    Optional<Failure> dealt(List<Blow> blows, Map<String, Disturbance> disturbances) {
        Consumer<Blow> nobody = blow -> {};
        return deal(blows, disturbances, nobody)
                .flatMap(promise -> judge(() -> blows, promise, () -> deal(blows, disturbances, nobody)));
    }

    /**
     * Strikes the machine as often as there are blows, from the begin of the round that is disturbed.
     *
     * @param told of each blow, once it has fallen
     * @return what is promised then, or nothing if a blow cannot be dealt
     */
    public Optional<Promise> deal(List<Blow> blows, Map<String, Disturbance> disturbances, Consumer<Blow> told) {
        booted.restore(begin);
        Promise promise = Promise.EQUIVALENCE;
        for (Blow blow : blows) {
            advanceTo(blow.instruction());
            Strike strike = strike(blow, disturbances);
            if (strike == null) return Optional.empty();
            strike.deed().accept(booted.machine());
            promise = strike.promise();
            told.accept(blow);
        }
        return Optional.of(promise);
    }

    /** What a blow is where the machine stands, or null. */
    private Strike strike(Blow blow, Map<String, Disturbance> disturbances) {
        Boundary here = beforeNext();
        Disturbance disturbance = disturbances.get(blow.disturbance());
        if (disturbance == null || here.instruction() != blow.instruction()) return null;
        return strikes(disturbance, here).stream()
                .filter(candidate -> candidate.name().equals(blow.strike()))
                .findFirst()
                .orElse(null);
    }

    /** Where the machine stands, with what comes next; the machine stays there. */
    private Boundary beforeNext() {
        Boundary here = boundary(booted.machine());
        Booted.Mark mark = booted.mark();
        booted.machine().step();
        Boundary next = boundary(booted.machine());
        booted.restore(mark);
        return here.before(next);
    }

    /** Both runs from shortly before the first blow to some time behind the last. */
    Timeline timeline(List<Blow> blows, Map<String, Disturbance> disturbances) {
        if (blows.isEmpty()) return Timeline.NONE;
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
        return new TimelineRecorder(booted.machine(), image.program(), stubs.keySet(), this::name);
    }

    private String name(Machine machine) {
        try {
            return running(machine).name();
        } catch (NotMapped nobody) {
            return "nobody";
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

    /**
     * Lets the struck machine run on, to its end or to where the rest is known, and holds it against what was promised.
     *
     * @param again strikes a machine in the same way
     */
    private Optional<Failure> judge(Supplier<List<Blow>> blows, Promise promise, Runnable again) {
        long begun = booted.machine().instructions();
        KnownRuns.Course run = known.run(limit);
        boolean kept = run.rest() != null && keeps(run, promise);
        if (!kept) {
            Outcome outcome = run.rest() == null ? booted.outcome(run.stop()) : booted.run(limit);
            Optional<Failure> failure = judged(outcome, blows, promise);
            if (failure.isPresent()) return failure;
        }
        if (known.isNews(booted.machine().instructions() - begun)) {
            again.run();
            known.learn(limit);
        }
        return Optional.empty();
    }

    /** Whether a run whose rest is known keeps its promise. */
    private boolean keeps(KnownRuns.Course run, Promise promise) {
        KnownRun.Rest rest = run.rest();
        if (promise == Promise.EQUIVALENCE && booted.passed(KernelProbes.KILL) + rest.kills() > 0) return false;
        Outcome outcome = booted.outcome(run.stop(), rest.received());
        Promised came = Promised.of(outcome, image.observables(), promise);
        return outcome.violations().isEmpty()
                && reference.promised().get(promise).differences(came).isEmpty();
    }

    private Optional<Failure> judged(Outcome outcome, Supplier<List<Blow>> blows, Promise promise) {
        Stop stop = outcome.stop();
        if (stop.kind() == Stop.Kind.CYCLE_LIMIT || stop.kind() == Stop.Kind.HALTED)
            return failed(blows, Failure.Kind.HANG, because(stop));
        if (stop.kind() != Stop.Kind.EXIT || stop.code() != 0) {
            return failed(blows, Failure.Kind.CRASH, because(stop));
        }
        if (promise == Promise.EQUIVALENCE && booted.passed(KernelProbes.KILL) > 0)
            return failed(blows, Failure.Kind.KILLED, List.of());
        if (!outcome.violations().isEmpty()) return failed(blows, Failure.Kind.INVARIANT, outcome.violations());
        Promised came = Promised.of(outcome, image.observables(), promise);
        List<String> differences = reference.promised().get(promise).differences(came);
        return differences.isEmpty() ? Optional.empty() : failed(blows, Failure.Kind.MESSAGES, differences);
    }

    /** Why a run ended, as the machine and the kernel's structures say. */
    private List<String> because(Stop stop) {
        List<String> lines = new ArrayList<>(stop.reason().lines().toList());
        booted.explanation()
                .map(kernel -> kernel.cause(stop))
                .filter(cause -> !cause.isEmpty())
                .ifPresent(lines::add);
        return lines;
    }

    private Optional<Failure> failed(Supplier<List<Blow>> blows, Failure.Kind kind, List<String> details) {
        List<String> lines = new ArrayList<>(details);
        booted.explanation().ifPresent(kernel -> lines.addAll(kernel.threads()));
        return Optional.of(new Failure(course, blows.get(), kind, List.copyOf(lines)));
    }
}
