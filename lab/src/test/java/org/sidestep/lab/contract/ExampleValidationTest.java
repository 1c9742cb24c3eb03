package org.sidestep.lab.contract;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.contract.StateValidationContract;

/** The example validation passes the contract that its author extends. */
final class ExampleValidationTest extends StateValidationContract {

    @RegisterExtension
    static final Example<StateValidation> EXAMPLE = new Example<>("named-partner-validation", StateValidation.class);

    @Override
    protected StateValidation validation() {
        return EXAMPLE.plugin();
    }
}
