package org.sidestep.machine.ia32.timing;

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
        final Schedule schedule;
        final long[] outcomes;
        final PipelineState to;
        /** Cycles by which the floor moved. */
        final long cycles;

        /** The transition that followed last time. */
        private Transition successor;

        private Transition chain;

        Transition(PipelineState from, Schedule schedule, long[] outcomes, PipelineState to, long cycles) {
            this.from = from;
            this.schedule = schedule;
            this.outcomes = outcomes;
            this.to = to;
            this.cycles = cycles;
        }

        private boolean is(PipelineState state, Schedule block, Outcomes met) {
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
    Transition find(Transition last, PipelineState from, Schedule schedule, Outcomes outcomes) {
        if (last != null && last.successor != null && last.successor.is(from, schedule, outcomes)) return last.successor;
        Transition found = buckets[bucket(from, schedule, outcomes.hash())];
        while (found != null && !found.is(from, schedule, outcomes)) found = found.chain;
        if (last != null && found != null) last.successor = found;
        return found;
    }

    void add(Transition last, Transition transition, int outcomesHash) {
        if (++transitions + states.size() > CAPACITY) forget();
        int bucket = bucket(transition.from, transition.schedule, outcomesHash);
        transition.chain = buckets[bucket];
        buckets[bucket] = transition;
        if (last != null) last.successor = transition;
    }

    private void forget() {
        states.clear();
        buckets = new Transition[BUCKETS];
        transitions = 0;
    }

    private static int bucket(PipelineState from, Schedule schedule, int outcomesHash) {
        int hash = (from.hashCode() ^ schedule.hashCode() ^ outcomesHash) * 0x9E37_79B1;
        return hash >>> 32 - 14;
    }
}
