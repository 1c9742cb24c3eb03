package org.sidestep.kernel.l4.schedule;

import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;

/** One queue for all threads; priorities are kept but do not matter. */
public final class RoundRobin implements Scheduler {

    @Override
    public String id() {
        return "round-robin";
    }

    @Override
    public String summary() {
        return "one priority for all; a direct switch donates the time slice";
    }

    @Override
    public SchedulerRoutines routines(KernelCode kernel) {
        return new RoundRobinCode(kernel);
    }
}
