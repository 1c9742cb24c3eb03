package org.sidestep.machine.ia32.timing.memo;

import java.util.HashMap;
import java.util.Map;

/** The states that a pipeline has been in, and what blocks have made of them. */
final class Memo {

    /** States and transitions; when there are more, all are forgotten. */
    private static final int CAPACITY = 1 << 16;

    private static final int BUCKETS = 1 << 14;

    /** In state {@code from}, block {@code schedule} met {@code outcomes}, which took the pipeline to state {@code to}. */
    static final class Transition {
        final PipelineState from;
        final BlockSchedule schedule;
        final long[] outcomes;
        final PipelineState to;
        /** By how much the floor moved. */
        final long time;

        /** The transitions that followed last time, and the time before that. */
        private Transition successor;

        private Transition alternative;

        private Transition chain;

        /** What it is taken for, if that is {@link Usual}. */
        private long usual = Usual.NOT;

        Transition(PipelineState from, BlockSchedule schedule, long[] outcomes, PipelineState to, long time) {
            this.from = from;
            this.schedule = schedule;
            this.outcomes = outcomes;
            this.to = to;
            this.time = time;
        }

        /** The one that follows, if it is one of those that followed before; else null. */
        private Transition successor(PipelineState state, BlockSchedule block, Outcomes met) {
            if (successor == null || successor.is(state, block, met)) return successor;
            if (alternative == null || !alternative.is(state, block, met)) return null;
            followedBy(alternative);
            return successor;
        }

        /** Likewise, if all that has been met is usual. */
        Transition successor(PipelineState state, BlockSchedule block, long met) {
            if (successor == null || successor.is(state, block, met)) return successor;
            if (alternative == null || !alternative.is(state, block, met)) return null;
            followedBy(alternative);
            return successor;
        }

        private boolean is(PipelineState state, BlockSchedule block, long met) {
            return usual == met && schedule == block && from == state;
        }

        /** What it is taken for. */
        void isUsually(long met) {
            usual = met;
        }

        private void followedBy(Transition next) {
            alternative = successor;
            successor = next;
        }

        private boolean is(PipelineState state, BlockSchedule block, Outcomes met) {
            return schedule == block && from == state && met.areEqual(outcomes);
        }
    }

    private final Map<PipelineState, PipelineState> states = new HashMap<>();
    private Transition[] buckets = new Transition[BUCKETS];
    private int transitions;

    PipelineState intern(PipelineState state) {
        PipelineState known = states.putIfAbsent(state, state);
        return known != null ? known : state;
    }

    /**
     * The transition to go by, or null.
     *
     * @param last the one before, or null
     */
    Transition find(Transition last, PipelineState from, BlockSchedule schedule, Outcomes outcomes) {
        Transition next = last == null ? null : last.successor(from, schedule, outcomes);
        if (next != null) return next;
        Transition found = buckets[bucket(from, schedule, outcomes.hash())];
        while (found != null && !found.is(from, schedule, outcomes)) found = found.chain;
        if (last != null && found != null) last.followedBy(found);
        return found;
    }

    void add(Transition last, Transition transition, int outcomesHash) {
        if (++transitions + states.size() > CAPACITY) forget();
        int bucket = bucket(transition.from, transition.schedule, outcomesHash);
        transition.chain = buckets[bucket];
        buckets[bucket] = transition;
        if (last != null) last.followedBy(transition);
    }

    private void forget() {
        states.clear();
        buckets = new Transition[BUCKETS];
        transitions = 0;
    }

    private static int bucket(PipelineState from, BlockSchedule schedule, int outcomesHash) {
        int hash = (from.hashCode() ^ schedule.hashCode() ^ outcomesHash) * 0x9E37_79B1;
        return hash >>> 32 - 14;
    }
}
