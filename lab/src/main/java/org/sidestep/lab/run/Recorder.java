package org.sidestep.lab.run;

import java.util.SortedMap;
import org.sidestep.experiment.Distribution;
import org.sidestep.machine.Machine;

/** Records one aspect of a run, between the begin and the end of measuring. What it does not care for it leaves out. */
interface Recorder {

    /** Measuring begins. */
    default void begin(Machine machine) {}

    /** Measuring ends. */
    default void end(Machine machine) {}

    /** Execution passes a probe of the kernel or the policy. */
    default void passed(String probe, Machine machine) {}

    /** An interval begins, which covers so many equal parts. */
    default void started(String interval, int parts, Machine machine) {}

    /** An interval ends, if it has begun. */
    default void stopped(String interval, Machine machine) {}

    /** The kernel is entered from user level; by an exception or interrupt if {@code vector} is not negative. */
    default void entered(Machine machine, int vector) {}

    /** The kernel is left. */
    default void left(Machine machine) {}

    /** An external interrupt is delivered. */
    default void interrupt(Machine machine) {}

    /** Whether it wants to see every instruction, which costs the host time. */
    default boolean seesInstructions() {
        return false;
    }

    /** An instruction retires, within measuring or not; see {@link org.sidestep.machine.Observer#retired}. */
    default void retired(Machine machine, int address, long cycles, long[] lost) {}

    /** Adds what was recorded to the metrics. */
    default void report(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {}
}
