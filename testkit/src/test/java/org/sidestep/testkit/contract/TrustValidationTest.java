package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;

final class TrustValidationTest extends StateValidationContract {

    @Override
    protected StateValidation validation() {
        return Plugins.find(Axis.VALIDATION, "trust");
    }

    @Test
    void aLieAboutWhoRunsCorruptsTheReadyQueue() {
        TestCell trusting = TestCell.defaults().with(Axis.IPC, "lazy").with(Axis.VALIDATION, "trust");
        Outcome outcome = Attack.run(Attack.in(trusting, "queued-thread").within(20_000_000));
        assertThat(outcome.violations()).anyMatch(v -> v.contains("ready queue"));
    }
}
