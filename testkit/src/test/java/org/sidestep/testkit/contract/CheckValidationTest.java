package org.sidestep.testkit.contract;

import org.sidestep.experiment.Axis;
import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.Plugins;

final class CheckValidationTest extends StateValidationContract {

    @Override
    protected StateValidation validation() {
        return Plugins.find(Axis.VALIDATION, "check");
    }
}
