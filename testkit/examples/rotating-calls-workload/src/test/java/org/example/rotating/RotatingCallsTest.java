package org.example.rotating;

import java.util.Map;
import org.sidestep.testkit.contract.WorkloadContract;
import org.sidestep.workload.Workload;

final class RotatingCallsTest extends WorkloadContract {

    @Override
    protected Workload workload() {
        return new RotatingCalls();
    }

    @Override
    protected Map<String, ?> parameters() {
        return Map.of("rounds", 20, "warmup", 3);
    }

    @Override
    protected int messageWords() {
        return 1;
    }
}
