package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/**
 * What every {@link Disturbance} must do: strike somewhere in a round of ping-pong, in the same way each time, and promise no more
 * than strict switching keeps. Extend it and say which disturbance.
 */
public abstract class DisturbanceContract {

    /** The disturbance under test. */
    protected abstract Disturbance disturbance();

    /** The policy that is disturbed; one that switches at user level has more stubs to strike in. */
    protected String policy() {
        return "strict";
    }

    /** The workload in whose round it must strike. */
    protected Course course() {
        return Course.of("ping-pong", "space=intra", "words=1");
    }

    @Test
    void strictSwitchingKeepsWhatItPromisesAndItStrikesTheSameEachTime() {
        Verdict verdict = verdict();
        assertThat(verdict.trials()).as("it never strikes").isPositive();
        assertThat(verdict.failures()).isEmpty();
        assertThat(tallies(verdict())).isEqualTo(tallies(verdict));
    }

    private static List<Tally> tallies(Verdict verdict) {
        return verdict.entries().stream().map(Verdict.Entry::tally).toList();
    }

    private Verdict verdict() {
        TestCell cell = TestCell.defaults().with(Axis.CPU, "unit").with(Axis.IPC, policy());
        return Engine.verdict(cell, course(), new Exploration(disturbance(), 1, Reach.ROUND));
    }
}
