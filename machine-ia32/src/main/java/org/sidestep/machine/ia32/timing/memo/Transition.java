package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;

/**
 * In a state, a block met outcomes, which took the pipeline to another state. Translated code compares what a block has met
 * with the step that followed last time.
 */
public final class Transition {
    private static final Transition[] NONE = {};
    private static final int MOST_OTHERS = 6;
    private static final int NO_BLOCK = -1;

    final PipelineState from;
    final BlockSchedule schedule;
    final long[] outcomes;
    final PipelineState to;

    /** By how much the floor moved. */
    public final long time;

    /** Which block it was, as generated code compares it: not for a step in which something was lost, which is to be told. */
    public final int block;

    /** Which block it was. */
    private final int number;

    /** Stores that the next block may still have to do with. */
    public final int pendingStores;

    /** Likewise lines that have been asked for. */
    public final int pendingLines;

    /** What was lost, as far as scheduling is what tells; null if nothing was. */
    public final Losses lost;

    /** How often it has been taken since what was lost in it was added up. */
    long debts;

    /** What it is taken for, if that is {@link Usual}. */
    public long usual = Usual.NOT;

    /** Likewise, if there were walks: what it is taken for beside them, and before which sites they took their time. */
    private long usualBeside = Usual.NOT;

    private long walked;

    /** How often something unusual followed in a block with walks. */
    int surprises;

    /** The transition that followed last time. */
    public Transition successor;

    /** Some that followed before; of those that do not fit, the one that has been here longest goes. */
    private Transition[] others = NONE;

    private int oldest;

    /** The next one in the memo's bucket. */
    Transition chain;

    Transition(PipelineState from, BlockSchedule schedule, long[] outcomes, PipelineState to, long time, Losses lost) {
        this.from = from;
        this.schedule = schedule;
        this.outcomes = outcomes;
        this.to = to;
        this.time = time;
        this.lost = lost;
        number = schedule.number;
        block = lost == null ? number : NO_BLOCK;
        pendingStores = to.pendingStores;
        pendingLines = to.pendingLines;
    }

    /** The one that follows, if it is one of those that followed before; else null. */
    Transition successor(PipelineState state, BlockSchedule met, Outcomes outcomes) {
        if (successor == null || successor.is(state, met, outcomes)) return successor;
        for (int i = 0; i < others.length; i++) if (others[i].is(state, met, outcomes)) return again(i);
        return null;
    }

    /** Likewise, if all that has been met is usual, with these walks. */
    Transition successor(int met, long usually, long walks) {
        if (successor == null || successor.is(met, usually, walks)) return successor;
        for (int i = 0; i < others.length; i++) if (others[i].is(met, usually, walks)) return again(i);
        return null;
    }

    private Transition again(int other) {
        Transition now = others[other];
        others[other] = successor;
        successor = now;
        return now;
    }

    /** What it has met is usual, with these walks. */
    void take(long usually, long walks) {
        if (walks == 0) {
            usual = usually;
        } else {
            usualBeside = usually;
            walked = walks;
        }
    }

    void followedBy(Transition next) {
        if (successor != null) keep(successor);
        successor = next;
    }

    private void keep(Transition before) {
        if (others.length < MOST_OTHERS) {
            others = Arrays.copyOf(others, others.length + 1);
            others[others.length - 1] = before;
        } else {
            others[oldest] = before;
            oldest = (oldest + 1) % MOST_OTHERS;
        }
    }

    boolean is(PipelineState state, BlockSchedule met, Outcomes other) {
        return schedule == met && from == state && other.areEqual(outcomes);
    }

    /** Whether a block led back to where it began, and met nothing but its branch. */
    boolean goesRound(Object block) {
        boolean plain = outcomes.length == 0 || outcomes.length == 1 && Outcomes.isBranch(outcomes[0]);
        return schedule == block && from == to && lost == null && plain;
    }

    private boolean is(int met, long usually, long walks) {
        boolean same = walks == 0 ? usual == usually : walked == walks && usualBeside == usually;
        return same && number == met;
    }
}
