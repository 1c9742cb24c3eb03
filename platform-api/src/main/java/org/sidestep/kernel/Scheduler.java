package org.sidestep.kernel;

import org.sidestep.plugin.Extension;

/** Decides who runs. */
public interface Scheduler extends Extension {

    /** This scheduler's code in one kernel. Called once per cell, before anything is emitted. */
    SchedulerRoutines routines(KernelCode kernel);

    /** Whether no thread runs while one of higher priority is ready. A verification holds policies to it. */
    default boolean goesByPriority() {
        return false;
    }
}
