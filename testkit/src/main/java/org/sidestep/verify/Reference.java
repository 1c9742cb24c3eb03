package org.sidestep.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Cell;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.verification.Promise;

/**
 * What a course comes to under strict switching when nothing disturbs it: the oracle of all trials. A policy is expected to be
 * semantically identical to it, however it is interrupted.
 *
 * @param promised what must be received, by what must hold of the run
 * @param cycles how long it took
 */
record Reference(Map<Promise, Promised> promised, long cycles) {

    /** A policy may take so many times as long. */
    private static final int SLOWER = 10;

    /** And some time slices for its own reasons. */
    private static final long PATIENCE = 5_000_000;

    /**
     * Runs the cell of a course under strict switching.
     *
     * @throws Lane.Broken if even that fails: the scheduler, the validation or the kernel is broken, not the policy
     */
    static Reference of(Course course, Cell strict) {
        Booted booted = Booted.of(strict);
        Outcome outcome = booted.run();
        if (!outcome.succeeded()) throw new Lane.Broken(broken(course, booted, outcome));
        Map<Promise, Promised> promised = new EnumMap<>(Promise.class);
        for (Promise promise : Promise.values()) {
            promised.put(promise, Promised.of(outcome, booted.image().observables(), promise));
        }
        return new Reference(promised, booted.machine().cycles());
    }

    private static Failure broken(Course course, Booted booted, Outcome outcome) {
        Stop.Kind stopped = outcome.stop().kind();
        boolean hangs = stopped == Stop.Kind.CYCLE_LIMIT || stopped == Stop.Kind.HALTED;
        List<String> details = new ArrayList<>(List.of("so it does under strict switching, undisturbed"));
        details.addAll(outcome.stop().reason().lines().toList());
        details.addAll(outcome.violations());
        booted.explanation().ifPresent(kernel -> details.addAll(kernel.threads()));
        return new Failure(course, List.of(), hangs ? Failure.Kind.HANG : Failure.Kind.CRASH, List.copyOf(details));
    }

    /** The cell of the policy in question, which is soon stopped if it does not end by itself. */
    Cell limited(Cell cell) {
        return new Cell(
                cell.plugins(), cell.seed(), Math.min(cell.maxCycles(), SLOWER * cycles + PATIENCE), cell.layout());
    }
}
