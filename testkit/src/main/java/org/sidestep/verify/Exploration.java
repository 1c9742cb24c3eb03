package org.sidestep.verify;

import java.util.List;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Strike;

/**
 * All trials of a kind: every strike of a disturbance at each boundary that counts; its parts are boundaries.
 *
 * @param depth how many strikes a trial has: 1 or 2
 * @param reach where the first of them falls
 */
public record Exploration(Disturbance disturbance, int depth, Reach reach) implements Trials {

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

    @Override
    public String name() {
        return (depth == 1 ? disturbance.id() : "pairs of " + disturbance.id()) + reach.words;
    }

    @Override
    public int parts(int boundaries) {
        return boundaries;
    }

    @Override
    public long planned(Lane lane) {
        long[] counted = {0, 0};
        lane.along(boundary -> {
            if (!reach.begins(boundary)) return;
            int strikes = lane.strikes(disturbance, boundary).size();
            counted[0] += trials(strikes, counted[1]);
            counted[1] += strikes;
        });
        return counted[0];
    }

    /** How many trials so many strikes come to at a boundary, if so many have been counted at others of the round. */
    private long trials(long strikes, long others) {
        if (depth == 1) return strikes;
        return strikes * (reach == Reach.NEAR ? NEXT : others);
    }

    @Override
    public Tally explore(Lane lane, int from, int to, long enough) {
        Count count = new Count(lane);
        for (Boundary boundary : lane.boundaries().subList(from, to)) {
            if (!reach.begins(boundary) || count.failed() >= enough) continue;
            count.at(boundary);
            lane.goTo(boundary);
            for (Strike strike : lane.strikes(disturbance, boundary)) {
                if (count.failed() >= enough) break;
                if (depth == 1) single(lane, boundary, strike, count);
                else pairs(lane, boundary, strike, count, enough);
            }
        }
        return count.tally();
    }

    private void single(Lane lane, Boundary boundary, Strike strike, Count count) {
        lane.goTo(boundary);
        count.trial(boundary, lane.struck(boundary, disturbance, strike));
    }

    private void pairs(Lane lane, Boundary first, Strike strike, Count count, long enough) {
        Lane.Struck struck = lane.strike(first, disturbance, strike);
        List<Boundary> following =
                lane.after(struck, boundary -> boundary.interruptible() && reach.follows(boundary), reach.most(lane));
        for (Boundary second : following) {
            if (count.failed() >= enough) return;
            count.trial(second, lane.struckAgain(struck, second, disturbance, strike));
        }
    }
}
