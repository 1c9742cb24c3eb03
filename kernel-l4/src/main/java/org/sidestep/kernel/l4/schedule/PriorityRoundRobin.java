package org.sidestep.kernel.l4.schedule;

import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;

/** 256 priorities, round robin with time slices inside each: the X.2 scheduling model. */
public final class PriorityRoundRobin implements Scheduler {

    @Override
    public String id() {
        return "priority-rr";
    }

    @Override
    public String summary() {
        return "256 priorities, round robin inside each; a direct switch donates the time slice";
    }

    @Override
    public SchedulerRoutines routines(KernelCode kernel) {
        return new PriorityRoundRobinCode(kernel);
    }

    @Override
    public boolean goesByPriority() {
        return true;
    }
}
