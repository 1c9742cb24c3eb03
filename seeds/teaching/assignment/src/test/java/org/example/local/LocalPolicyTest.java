package org.example.local;

import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.contract.IpcPolicyContract;

final class LocalPolicyTest extends IpcPolicyContract {

    @Override
    protected IpcPolicy policy() {
        return new LocalPolicy();
    }
}
