package org.sidestep.lab.contract;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.sidestep.kernel.Scheduler;
import org.sidestep.testkit.contract.SchedulerContract;

/** The example scheduler passes the contract that its author extends. */
final class ExampleSchedulerTest extends SchedulerContract {

    @RegisterExtension
    static final Example<Scheduler> EXAMPLE = new Example<>("woken-first-scheduler", Scheduler.class);

    @Override
    protected Scheduler scheduler() {
        return EXAMPLE.plugin();
    }
}
