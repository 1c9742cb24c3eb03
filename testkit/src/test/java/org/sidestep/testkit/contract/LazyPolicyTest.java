package org.sidestep.testkit.contract;

import org.sidestep.experiment.Axis;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.Plugins;

final class LazyPolicyTest extends IpcPolicyContract {

    @Override
    protected IpcPolicy policy() {
        return Plugins.find(Axis.IPC, "lazy");
    }
}
