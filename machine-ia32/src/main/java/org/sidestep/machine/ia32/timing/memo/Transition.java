package org.sidestep.machine.ia32.timing.memo;

/**
 * In a state, a block met outcomes, which took the pipeline to another state. Translated code compares what a block has met
 * with the step that followed last time.
 */
public final class Transition {
    final PipelineState from;
    final BlockSchedule schedule;
    final long[] outcomes;
    final PipelineState to;

    /** By how much the floor moved. */
    public final long time;

    /** Which block it was: {@link MemoizedTiming#number}. */
    public final int block;

    /** Stores that the next block may still have to do with. */
    public final int pendingStores;

    /** Likewise lines that have been asked for. */
    public final int pendingLines;

    /** What it is taken for, if that is {@link Usual}. */
    public long usual = Usual.NOT;

    /** The transitions that followed last time, and the time before that. */
    public Transition successor;

    private Transition alternative;

    /** The next one in the memo's bucket. */
    Transition chain;

    Transition(PipelineState from, BlockSchedule schedule, long[] outcomes, PipelineState to, long time) {
        this.from = from;
        this.schedule = schedule;
        this.outcomes = outcomes;
        this.to = to;
        this.time = time;
        block = schedule.number;
        pendingStores = to.pendingStores;
        pendingLines = to.pendingLines;
    }

    /** The one that follows, if it is one of those that followed before; else null. */
    Transition successor(PipelineState state, BlockSchedule met, Outcomes outcomes) {
        if (successor == null || successor.is(state, met, outcomes)) return successor;
        if (alternative == null || !alternative.is(state, met, outcomes)) return null;
        followedBy(alternative);
        return successor;
    }

    /** Likewise, if all that has been met is usual. */
    Transition successor(PipelineState state, BlockSchedule met, long usually) {
        if (successor == null || successor.is(state, met, usually)) return successor;
        if (alternative == null || !alternative.is(state, met, usually)) return null;
        followedBy(alternative);
        return successor;
    }

    void followedBy(Transition next) {
        alternative = successor;
        successor = next;
    }

    boolean is(PipelineState state, BlockSchedule met, Outcomes other) {
        return schedule == met && from == state && other.areEqual(outcomes);
    }

    private boolean is(PipelineState state, BlockSchedule met, long usually) {
        return usual == usually && schedule == met && from == state;
    }
}
