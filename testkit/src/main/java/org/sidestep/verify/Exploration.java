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

    /**
     * Two local calls of threads that check their messages: long enough for another thread to begin to use the partner of
     * one that was stopped in the middle of a stub.
     */
    private static final int NEXT = 100;

    /** Which boundaries count. */
    public enum Reach {
        /** Those of the policy's stubs, of the first strike and of a second. */
        STUB(" in stubs") {
            @Override
            boolean begins(Boundary boundary) {
                return boundary.stub();
            }

            @Override
            boolean follows(Boundary boundary) {
                return boundary.stub();
            }

            @Override
            int most(Lane lane) {
                return lane.boundaries().size();
            }
        },
        /** Of the first strike those of the policy's stubs, of a second the next that are at user level. */
        NEAR(", the first in a stub") {
            @Override
            boolean begins(Boundary boundary) {
                return boundary.stub();
            }

            @Override
            boolean follows(Boundary boundary) {
                return boundary.user();
            }

            @Override
            int most(Lane lane) {
                return NEXT;
            }
        },
        /** All. */
        ROUND("") {
            @Override
            boolean begins(Boundary boundary) {
                return true;
            }

            @Override
            boolean follows(Boundary boundary) {
                return true;
            }

            @Override
            int most(Lane lane) {
                return lane.boundaries().size();
            }
        };

        private final String words;

        Reach(String words) {
            this.words = words;
        }

        abstract boolean begins(Boundary boundary);

        abstract boolean follows(Boundary boundary);

        /** How many boundaries behind the first strike count. */
        abstract int most(Lane lane);
    }

    /** Names it in reports: {@code timer-interrupt}, {@code pairs of timer-interrupt in stubs}. */
    public String name() {
        return (depth == 1 ? disturbance.id() : "pairs of " + disturbance.id()) + reach.words;
    }

    /** How many trials so many strikes come to at a boundary, if so many have been counted at others of the round. */
    long trials(long strikes, long others) {
        if (depth == 1) return strikes;
        return strikes * (reach == Reach.NEAR ? NEXT : others);
    }

    /** Tries all that may begin at boundaries {@code from} to {@code to} of the lane's round. */
    public Tally explore(Lane lane, int from, int to) {
        Count count = new Count();
        for (Boundary boundary : lane.boundaries().subList(from, to)) {
            if (!reach.begins(boundary)) continue;
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
        Lane.Struck struck = lane.strike(first, disturbance, strike);
        List<Boundary> following =
                lane.after(struck, boundary -> boundary.interruptible() && reach.follows(boundary), reach.most(lane));
        for (Boundary second : following) count.trial(second, lane.struckAgain(struck, second, disturbance, strike));
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
