package org.example.flat;

import org.sidestep.machine.CpuModel;
import org.sidestep.testkit.contract.CpuModelContract;

final class FlatMemoryProcessorTest extends CpuModelContract {

    @Override
    protected CpuModel model() {
        return new FlatMemoryProcessor();
    }
}
