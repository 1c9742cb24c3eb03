package org.sidestep.lab.contract;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.sidestep.machine.CpuModel;
import org.sidestep.testkit.contract.CpuModelContract;

/** The example processor passes the contract that its author extends. */
final class ExampleCpuModelTest extends CpuModelContract {

    @RegisterExtension
    static final Example<CpuModel> EXAMPLE = new Example<>("flat-memory-cpu", CpuModel.class);

    @Override
    protected CpuModel model() {
        return EXAMPLE.plugin();
    }
}
