package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Strike;

/**
 * A way of choosing trials: which strikes of a disturbance fall, and where.
 *
 * @param depth how many strikes a trial has: 1 or 2
 * @param reach where the first of them falls
 */
public record Exploration(Disturbance disturbance, int depth, Reach reach) {

    /** Which boundaries of the round count. */
    public enum Reach {
        /** Those of the policy's stubs. */
        STUB,
        /** All. */
        ROUND
    }

    /** Names it in reports: {@code timer-interrupt}, {@code pairs of timer-interrupt in stubs}. */
    public String name() {
        String kind = depth == 1 ? disturbance.id() : "pairs of " + disturbance.id();
        return reach == Reach.STUB ? kind + " in stubs" : kind;
    }

    /** Whether strikes fall at such a boundary. */
    boolean covers(Boundary boundary) {
        return reach == Reach.ROUND || boundary.stub();
    }

    /** Tries all that may begin at boundaries {@code from} to {@code to} of the lane's round. */
    public Tally explore(Lane lane, int from, int to) {
        Count count = new Count();
        for (Boundary boundary : lane.boundaries().subList(from, to)) {
            if (!covers(boundary)) continue;
            count.at(boundary);
            lane.goTo(boundary);
            for (Strike strike : lane.strikes(disturbance, boundary)) {
                if (depth == 1) single(lane, boundary, strike, count);
                else pairs(lane, boundary, strike, count);
            }
        }
        return count.tally();
    }

    private void single(Lane lane, Boundary boundary, Strike strike, Count count) {
        lane.goTo(boundary);
        count.trial(boundary, lane.struck(boundary, disturbance, strike));
    }

    private void pairs(Lane lane, Boundary first, Strike strike, Count count) {
        Blow one = lane.blow(first, disturbance, strike);
        for (Boundary second : lane.after(first, strike)) {
            if (!second.interruptible() || !covers(second)) continue;
            Blow two = lane.blow(second, disturbance, strike);
            count.trial(second, lane.dealt(List.of(one, two), Map.of(disturbance.id(), disturbance)));
        }
    }

    /** A tally in the making. */
    private static final class Count {
        private long boundaries;
        private long waiting;
        private long trials;
        private long failed;
        private final List<Failure> failures = new ArrayList<>();
        private final Map<Integer, Long> struck = new TreeMap<>(Integer::compareUnsigned);
        private final Map<Integer, Long> survived = new TreeMap<>(Integer::compareUnsigned);

        void at(Boundary boundary) {
            boundaries++;
            if (!boundary.interruptible()) waiting++;
        }

        void trial(Boundary at, Optional<Failure> failure) {
            trials++;
            struck.merge(at.address(), 1L, Long::sum);
            if (failure.isEmpty()) {
                survived.merge(at.address(), 1L, Long::sum);
                return;
            }
            failed++;
            Failure.Kind kind = failure.get().kind();
            if (failures.stream().noneMatch(known -> known.kind() == kind)) failures.add(failure.get());
        }

        Tally tally() {
            return new Tally(boundaries, waiting, trials, failed, List.copyOf(failures), struck, survived);
        }
    }
}
