package org.sidestep.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A tally in the making. */
final class Count {

    private final Lane lane;
    private final Found found;
    private long boundaries;
    private long waiting;
    private long trials;
    private long failed;
    private final List<Failure> failures = new ArrayList<>();
    private final Map<Failure.Kind, Long> kinds = new EnumMap<>(Failure.Kind.class);
    private final Map<Integer, Long> struck = new TreeMap<>(Integer::compareUnsigned);
    private final Map<Integer, Long> survived = new TreeMap<>(Integer::compareUnsigned);
    private final Set<Long> states = new TreeSet<>();
    private Stretch longest;

    /** @param lane on which is tried */
    Count(Lane lane, Found found) {
        this.lane = lane;
        this.found = found;
        longest = lane.undisturbedOff();
    }

    void at(Boundary boundary) {
        boundaries++;
        if (!boundary.interruptible()) waiting++;
    }

    /** A trial that was struck first at a boundary, and has just been made. */
    void trial(Boundary at, Optional<Failure> failure) {
        trials++;
        struck.merge(at.address(), 1L, Long::sum);
        lane.reached().ifPresent(states::add);
        if (lane.interruptsOff().cycles() > longest.cycles())
            longest = lane.interruptsOff().longest();
        if (failure.isEmpty()) {
            survived.merge(at.address(), 1L, Long::sum);
            return;
        }
        failed++;
        found.told().accept(failure.get());
        Failure.Kind kind = failure.get().kind();
        if (kinds.merge(kind, 1L, Long::sum) == 1) failures.add(failure.get());
    }

    /** Whether it is to end. */
    boolean enough() {
        return failed >= found.enough();
    }

    Tally tally() {
        return new Tally(
                boundaries,
                waiting,
                trials,
                failed,
                List.copyOf(failures),
                kinds,
                struck,
                survived,
                List.copyOf(states),
                longest);
    }
}
