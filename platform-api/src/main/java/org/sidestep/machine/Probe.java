package org.sidestep.machine;

/** Learns that execution has reached a place. */
@FunctionalInterface
public interface Probe {

    /**
     * Execution is about to execute the instruction at a linear address. Called between two instructions; may inspect the
     * machine, set and take back watches, and ask for a stop, but not change the guest's state.
     */
    void passed(Machine machine, int address);
}
