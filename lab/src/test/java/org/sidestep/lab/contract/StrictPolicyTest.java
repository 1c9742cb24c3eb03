package org.sidestep.lab.contract;

import org.sidestep.experiment.Axis;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.contract.IpcPolicyContract;

final class StrictPolicyTest extends IpcPolicyContract {

    @Override
    protected IpcPolicy policy() {
        return Plugins.find(Axis.IPC, "strict");
    }
}
