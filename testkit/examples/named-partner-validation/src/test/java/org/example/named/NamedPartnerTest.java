package org.example.named;

import org.sidestep.kernel.StateValidation;
import org.sidestep.testkit.contract.StateValidationContract;

final class NamedPartnerTest extends StateValidationContract {

    @Override
    protected StateValidation validation() {
        return new NamedPartner();
    }
}
