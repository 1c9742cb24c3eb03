package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.contract.StateValidationContract;

final class TrustValidationTest extends StateValidationContract {

    @Override
    protected StateValidation validation() {
        return Plugins.find(Axis.VALIDATION, "trust");
    }

    @Test
    void aLieAboutWhoRunsCorruptsTheReadyQueue() {
        Outcome outcome = attacked("queued-thread");
        assertThat(outcome.violations()).anyMatch(v -> v.contains("ready queue"));
    }
}
