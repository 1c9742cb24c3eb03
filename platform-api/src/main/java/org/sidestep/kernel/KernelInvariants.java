package org.sidestep.kernel;

import java.util.List;
import org.sidestep.machine.Machine;

/**
 * What must hold of a kernel's structures whenever it returns to user level. Contract suites attach it to a machine before it
 * runs and ask it afterwards; checking costs the guest nothing.
 */
public interface KernelInvariants {

    /** Begins to check at each {@link KernelProbes#KERNEL_EXIT} of a machine that has the image loaded. */
    KernelInvariants attach(Machine machine);

    /** What was wrong so far, one line each; empty if all is well. */
    List<String> violations();
}
