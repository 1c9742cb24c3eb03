package org.sidestep.verify;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Looks for a smaller trial that fails in the same way: with fewer blows, then on a course of fewer rounds. */
final class Shrinking {

    /** Fewer would end before the round that is disturbed. */
    private static final int FEWEST_ROUNDS = 2;

    private static final String ROUNDS = "rounds";

    private final BiFunction<Course, List<Blow>, Optional<Failure>> trial;

    private final Function<Failure, Timeline> timeline;

    /**
     * Tries with other blows.
     *
     * @param trial deals blows on a course
     * @param timeline of a failure
     */
    Shrinking(BiFunction<Course, List<Blow>, Optional<Failure>> trial, Function<Failure, Timeline> timeline) {
        this.trial = trial;
        this.timeline = timeline;
    }

    /** The same verdict with the first failure of each kind shrunk. */
    Verdict of(Verdict verdict) {
        Set<Failure.Kind> seen = EnumSet.noneOf(Failure.Kind.class);
        List<Verdict.Entry> entries = verdict.entries().stream()
                .map(entry -> entry.with(entry.tally().failures().stream()
                        .map(failure -> seen.add(failure.kind()) ? of(failure) : failure)
                        .toList()))
                .toList();
        return new Verdict(verdict.subject(), entries);
    }

    /** What fails undisturbed stays as it is: nothing can be left out, and there is no run that goes well to show beside it. */
    private Failure of(Failure failure) {
        if (failure.blows().isEmpty()) return failure;
        Failure shrunk = onFewerRounds(withFewerBlows(failure));
        return shrunk.with(timeline.apply(shrunk));
    }

    private Failure withFewerBlows(Failure failure) {
        if (failure.blows().size() <= 1) return failure;
        for (Blow blow : failure.blows()) {
            Optional<Failure> alone = alike(failure, failure.course(), List.of(blow));
            if (alone.isPresent()) return alone.get();
        }
        for (Blow blow : failure.blows()) {
            List<Blow> others =
                    failure.blows().stream().filter(other -> other != blow).toList();
            Optional<Failure> without = others.size() < 2 ? Optional.empty() : alike(failure, failure.course(), others);
            if (without.isPresent()) return withFewerBlows(without.get());
        }
        return failure;
    }

    private Failure onFewerRounds(Failure failure) {
        String given = failure.course().parameters().get(ROUNDS);
        if (given == null) return failure;
        for (int rounds = FEWEST_ROUNDS; rounds < Integer.parseInt(given); rounds++) {
            Course shorter = failure.course().with(ROUNDS, Integer.toString(rounds));
            Optional<Failure> sooner = alike(failure, shorter, failure.blows());
            if (sooner.isPresent()) return sooner.get();
        }
        return failure;
    }

    /** A trial's failure, if it is of the same kind. */
    private Optional<Failure> alike(Failure failure, Course course, List<Blow> blows) {
        try {
            return trial.apply(course, blows).filter(other -> other.kind() == failure.kind());
        } catch (Lane.Broken tooShort) {
            return Optional.empty();
        }
    }
}
