package org.example.woken;

import org.sidestep.kernel.Scheduler;
import org.sidestep.testkit.contract.SchedulerContract;

final class WokenFirstTest extends SchedulerContract {

    @Override
    protected Scheduler scheduler() {
        return new WokenFirst();
    }
}
