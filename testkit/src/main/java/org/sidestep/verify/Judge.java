package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.verification.Promise;
import org.sidestep.workload.Observables;

/** Lets the runs of one machine go on to their end, or to where the rest is known, and holds them against what was promised. */
final class Judge {

    private final Course course;
    private final Booted booted;
    private final Reference reference;
    private final KnownRuns known;
    private long limit;
    private final List<Turns> turns;
    private Footprints footprints = Footprints.NONE;

    /**
     * Judges the runs of one machine.
     *
     * @param reference what is promised of each run
     * @param turns have looked on
     */
    Judge(Course course, Booted booted, Reference reference, KnownRuns known, List<Turns> turns) {
        this.turns = turns;
        this.course = course;
        this.booted = booted;
        this.reference = reference;
        this.known = known;
    }

    /** @param cycles at which a run has taken too long */
    void limit(long cycles) {
        limit = cycles;
    }

    /** Which instructions runs come to is noted from now on. */
    void note(Footprints made) {
        footprints = made;
    }

    /**
     * Lets the struck machine run on.
     *
     * @param again strikes a machine in the same way
     */
    Optional<Failure> judge(Supplier<List<Blow>> blows, Expected expected, Runnable again) {
        long begun = booted.machine().instructions();
        Optional<Failure> failure = judge(blows, expected);
        if (failure.isEmpty() && known.isNews(booted.machine().instructions() - begun)) {
            again.run();
            known.learn(limit);
        }
        footprints.trialEnded(expected.promise());
        return failure;
    }

    private Optional<Failure> judge(Supplier<List<Blow>> blows, Expected expected) {
        turns.forEach(Turns::begin);
        KnownRuns.Course run = known.run(limit);
        if (run.rest() != null && keeps(run, expected)) {
            footprints.add(run.rest());
            return Optional.empty();
        }
        Outcome outcome = run.rest() == null ? booted.outcome(run.stop()) : booted.run(limit);
        return judged(outcome, blows, expected);
    }

    /** Whether a run whose rest is known keeps its promise. */
    private boolean keeps(KnownRuns.Course run, Expected expected) {
        KnownRun.Rest rest = run.rest();
        if (expected.promise() == Promise.EQUIVALENCE && booted.passed(KernelProbes.KILL) + rest.kills() > 0)
            return false;
        if (!overrun().isEmpty()) return false;
        Outcome outcome = booted.outcome(run.stop(), rest.received());
        return outcome.violations().isEmpty() && differences(outcome, expected).isEmpty();
    }

    /** Who has had the processor when another should have had it. */
    private List<String> overrun() {
        return turns.stream()
                .map(Turns::violation)
                .filter(violation -> !violation.isEmpty())
                .toList();
    }

    private List<String> differences(Outcome outcome, Expected expected) {
        Observables observables = booted.image().observables();
        Promise promise = expected.promise() == Promise.LIKENESS ? Promise.CONTAINMENT : expected.promise();
        List<String> differences =
                reference.promised().get(promise).differences(Promised.of(outcome, observables, promise));
        if (!differences.isEmpty() || expected.alike().isEmpty()) return differences;
        return expected.alike().get().differences(Promised.of(outcome, observables, Promise.LIKENESS));
    }

    /** What is wrong with a run that is over, if anything is. */
    Optional<Failure> judged(Outcome outcome, Supplier<List<Blow>> blows, Expected expected) {
        if (!overrun().isEmpty()) return failed(blows, Failure.Kind.SHARE, overrun());
        Stop stop = outcome.stop();
        if (stop.kind() == Stop.Kind.CYCLE_LIMIT || stop.kind() == Stop.Kind.HALTED)
            return failed(blows, Failure.Kind.HANG, because(stop));
        if (stop.kind() != Stop.Kind.EXIT || stop.code() != 0) {
            return failed(blows, Failure.Kind.CRASH, because(stop));
        }
        if (expected.promise() == Promise.EQUIVALENCE && booted.passed(KernelProbes.KILL) > 0)
            return failed(blows, Failure.Kind.KILLED, List.of());
        if (!outcome.violations().isEmpty()) return failed(blows, Failure.Kind.INVARIANT, outcome.violations());
        List<String> differences = differences(outcome, expected);
        return differences.isEmpty() ? Optional.empty() : failed(blows, Failure.Kind.MESSAGES, differences);
    }

    /** Why a run ended, as the machine and the kernel's structures say. */
    private List<String> because(Stop stop) {
        List<String> lines = new ArrayList<>(stop.reason().lines().toList());
        if (stop.kind() == Stop.Kind.EXIT) lastWords().ifPresent(lines::add);
        booted.explanation()
                .map(kernel -> kernel.cause(stop))
                .filter(cause -> !cause.isEmpty())
                .ifPresent(lines::add);
        return lines;
    }

    /** What the guest has said last. */
    private Optional<String> lastWords() {
        return booted.machine()
                .console()
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second);
    }

    /** A run that nothing disturbs, and that did not come as far as it should. */
    Optional<Failure> brokenOff(String reason) {
        List<String> lines = new ArrayList<>(reason.lines().toList());
        lastWords().ifPresent(lines::add);
        return failed(List::of, Failure.Kind.CRASH, lines);
    }

    Optional<Failure> failed(Supplier<List<Blow>> blows, Failure.Kind kind, List<String> details) {
        List<String> lines = new ArrayList<>(details);
        booted.explanation().ifPresent(kernel -> lines.addAll(kernel.threads()));
        return Optional.of(new Failure(course, blows.get(), kind, List.copyOf(lines)));
    }
}
