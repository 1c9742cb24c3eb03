package org.sidestep.lab.contract;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.sidestep.testkit.contract.DisturbanceContract;
import org.sidestep.verification.Disturbance;

/** The example disturbance passes the contract that its author extends. */
final class ExampleDisturbanceTest extends DisturbanceContract {

    @RegisterExtension
    static final Example<Disturbance> EXAMPLE = new Example<>("stub-timer-disturbance", Disturbance.class);

    @Override
    protected Disturbance disturbance() {
        return EXAMPLE.plugin();
    }
}
