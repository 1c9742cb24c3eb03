package org.sidestep.lab.contract;

import org.sidestep.experiment.Axis;
import org.sidestep.kernel.Scheduler;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.contract.SchedulerContract;

final class RoundRobinTest extends SchedulerContract {

    @Override
    protected Scheduler scheduler() {
        return Plugins.find(Axis.SCHEDULER, "round-robin");
    }
}
