package org.sidestep.lab.contract;

import org.sidestep.experiment.Axis;
import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.contract.StateValidationContract;

final class TwinValidationTest extends StateValidationContract {

    @Override
    protected StateValidation validation() {
        return Plugins.find(Axis.VALIDATION, "twin");
    }
}
