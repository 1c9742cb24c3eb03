package org.sidestep.lab.contract;

import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sidestep.testkit.contract.WorkloadContract;
import org.sidestep.workload.Workload;

/** The example workload passes the contract that its author extends. */
final class ExampleWorkloadTest extends WorkloadContract {

    @RegisterExtension
    static final Example<Workload> EXAMPLE = new Example<>("rotating-calls-workload", Workload.class);

    @Override
    protected Workload workload() {
        return EXAMPLE.plugin();
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
