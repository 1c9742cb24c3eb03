package org.sidestep.verify.mutation;

import java.util.List;
import java.util.function.Consumer;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.KernelMemory;
import org.sidestep.kernel.Scheduler;
import org.sidestep.kernel.SchedulerRoutines;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;

/** A scheduler whose code is known as its own. Its labels are the same by name, hence the same. */
record MarkedScheduler(Scheduler scheduler, Mutator mutator) implements Scheduler {

    @Override
    public String id() {
        return scheduler.id();
    }

    @Override
    public String summary() {
        return scheduler.summary();
    }

    @Override
    public List<Parameter> parameters() {
        return scheduler.parameters();
    }

    @Override
    public void check(Parameters parameters) {
        scheduler.check(parameters);
    }

    @Override
    public boolean goesByPriority() {
        return scheduler.goesByPriority();
    }

    @Override
    public SchedulerRoutines routines(KernelCode kernel) {
        mutator.in(kernel.asm());
        return new Routines(kernel, scheduler.routines(new MarkedKernel(kernel)));
    }

    /** Hands everything on. */
    private static final class Routines extends SchedulerRoutines {
        private final SchedulerRoutines routines;

        Routines(KernelCode kernel, SchedulerRoutines routines) {
            super(kernel);
            this.routines = routines;
        }

        @Override
        public void emit() {
            MarkedKernel.by(asm, Axis.SCHEDULER + " emit", routines::emit);
        }

        @Override
        public List<Integer> queued(KernelMemory memory, Consumer<String> broken) {
            return routines.queued(memory, broken);
        }
    }
}
