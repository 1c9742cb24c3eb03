package org.example.stubtimer;

import org.sidestep.testkit.contract.DisturbanceContract;
import org.sidestep.verification.Disturbance;

final class StubTimerTest extends DisturbanceContract {

    @Override
    protected Disturbance disturbance() {
        return new StubTimer();
    }
}
