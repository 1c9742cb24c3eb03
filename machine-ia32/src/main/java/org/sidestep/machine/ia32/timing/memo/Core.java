package org.sidestep.machine.ia32.timing.memo;

/** The part of a pipeline that schedules instructions: all of its state but caches and predictors. */
public interface Core {

    /** Schedules an instruction that met the outcomes from one index up to another. */
    void schedule(Object template, int fromOutcome, int toOutcome);

    /** Lets the time pass that an instruction has taken that is not complete; {@link #now} is later by what it drained alone. */
    void catchUp(int toOutcome);

    /** Reads the state of all parts out, or puts it back. */
    void exchange(StateVector all);

    /** The time before which nothing can happen any more. */
    long floor();

    /** The retirement of the last instruction. */
    long now();

    /** Stores that loads after {@code time} may still have to do with. */
    int pendingStores(long time);

    /** What has been lost since somebody asked, as far as scheduling is what tells; null if nothing has. */
    default Losses takeLost() {
        return null;
    }

    /** Lines that may arrive after {@code time}: so many of the last that were asked for. */
    int pendingLines(long time);
}
