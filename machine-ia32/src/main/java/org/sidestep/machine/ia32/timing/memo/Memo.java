package org.sidestep.machine.ia32.timing.memo;

import java.util.HashMap;
import java.util.Map;

/** The states that a pipeline has been in, and what blocks have made of them. */
final class Memo {

    /** States and transitions; when there are more, all are forgotten. */
    private static final int CAPACITY = 1 << 16;

    private static final int BUCKETS = 1 << 14;

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
