package org.example.counting;

import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.contract.IpcPolicyContract;

final class CountingPolicyTest extends IpcPolicyContract {

    @Override
    protected IpcPolicy policy() {
        return new CountingPolicy();
    }
}
