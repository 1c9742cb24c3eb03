package org.sidestep.verify;

import java.util.ArrayList;
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

    /** More than others take for their turns. */
    private static final int FAR = 10_000;

    /** Which boundaries count. */
    public enum Reach {
        /** Those of the policy's stubs, of the first strike and of a second that is no more instructions behind it than a round has. */
        STUB(" in stubs", Integer.MAX_VALUE) {
            @Override
            int steps(Lane lane) {
                return lane.boundaries().size();
            }

            @Override
            boolean begins(Boundary boundary) {
                return boundary.stub();
            }

            @Override
            boolean follows(Boundary boundary, Boundary before) {
                return boundary.stub();
            }
        },
        /**
         * Of the first strike those of the policy's stubs; in a row of these behind which the same instructions come, the first and
         * the last: the kernel lets them go on alike. Of a second the next that are at user level; of those outside the stubs, between
         * which a thread does nothing that policy or kernel could notice, the first that comes behind a stub or the kernel.
         */
        NEAR(", the first in a stub", NEXT) {
            @Override
            boolean begins(Boundary boundary) {
                return boundary.stub();
            }

            @Override
            boolean follows(Boundary boundary, Boundary before) {
                return boundary.stub() || before == null || before.stub();
            }

            @Override
            boolean isByWay() {
                return true;
            }
        },
        /** All. */
        ROUND("", Integer.MAX_VALUE) {
            @Override
            boolean begins(Boundary boundary) {
                return true;
            }

            @Override
            boolean follows(Boundary boundary, Boundary before) {
                return true;
            }
        };

        private final String words;
        private final int most;

        Reach(String words, int most) {
            this.words = words;
            this.most = most;
        }

        abstract boolean begins(Boundary boundary);

        /**
         * Whether a second strike falls there.
         *
         * @param before the one at user level before it; null if the kernel was in between
         */
        abstract boolean follows(Boundary boundary, Boundary before);

        /** How many boundaries at user level behind the first strike are looked at. */
        int most() {
            return most;
        }

        /** How many instructions. */
        int steps(Lane lane) {
            return FAR;
        }

        /** Whether first strikes are told apart by what comes behind them. */
        boolean isByWay() {
            return false;
        }
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
    public Agenda agenda(Lane lane) {
        return depth == 1 ? singles(lane) : pairs(lane);
    }

    private Agenda singles(Lane lane) {
        int[] strikes = new int[lane.boundaries().size()];
        int[] part = {0};
        lane.along(boundary -> {
            if (reach.begins(boundary))
                strikes[part[0]] = lane.strikes(disturbance, boundary).size();
            part[0]++;
        });
        return Agenda.ofSingles(strikes);
    }

    private Agenda pairs(Lane lane) {
        List<List<List<Boundary>>> parts = new ArrayList<>();
        Sequels sequels = new Sequels(lane, this);
        for (int part = 0; part < lane.boundaries().size(); part++) {
            List<List<Boundary>> seconds = new ArrayList<>();
            if (begins(lane, part))
                for (Strike strike : lane.strikesAt(part, disturbance)) seconds.add(sequels.seconds(part, strike));
            parts.add(seconds);
        }
        return Agenda.ofPairs(parts);
    }

    /** Whether a first strike falls there. */
    boolean begins(Lane lane, int part) {
        return part >= 0
                && part < lane.boundaries().size()
                && reach.begins(lane.boundaries().get(part));
    }

    @Override
    public Tally explore(Lane lane, int from, int to, Chosen chosen, Found found) {
        Count count = new Count(lane, found);
        Sequels sequels = new Sequels(lane, this);
        for (int part = from; part < to && !count.enough(); part++) {
            if (!begins(lane, part)) continue;
            if (depth == 1 && chosen.visits(part)) count.at(lane.boundaries().get(part));
            if (chosen.strikes(part)) explore(lane, part, chosen, sequels, count);
        }
        return count.tally();
    }

    private void explore(Lane lane, int part, Chosen chosen, Sequels sequels, Count count) {
        Boundary boundary = lane.boundaries().get(part);
        List<Strike> strikes = lane.strikesAt(part, disturbance);
        for (int i = 0; i < strikes.size() && !count.enough(); i++) {
            if (!chosen.has(part, i)) continue;
            Strike strike = strikes.get(i);
            if (depth == 1) single(lane, boundary, strike, count);
            else
                pairs(
                        lane,
                        boundary,
                        strike,
                        chosen.seconds(part, i).orElseGet(() -> sequels.seconds(part, strike)),
                        count);
        }
    }

    private void single(Lane lane, Boundary boundary, Strike strike, Count count) {
        lane.goTo(boundary);
        count.trial(boundary, lane.struck(boundary, disturbance, strike));
    }

    private void pairs(Lane lane, Boundary first, Strike strike, List<Boundary> seconds, Count count) {
        if (seconds.isEmpty()) return;
        count.at(first);
        Lane.Struck struck = lane.strike(first, disturbance, strike);
        for (int i = 0; i < seconds.size() && !count.enough(); i++)
            count.trial(seconds.get(i), lane.struckAgain(struck, seconds.get(i), disturbance, strike));
    }
}
