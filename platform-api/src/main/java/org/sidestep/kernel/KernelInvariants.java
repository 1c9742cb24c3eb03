package org.sidestep.kernel;

import java.util.List;
import org.sidestep.machine.Machine;

/**
 * What must hold of a kernel's structures whenever it returns to user level. A pure question about a machine that has the image
 * loaded and is at a {@link KernelProbes#KERNEL_EXIT}: it changes neither machine nor answerer, and costs the guest nothing.
 * {@link InvariantsAtExits} asks it at each.
 */
public interface KernelInvariants {

    /** What is wrong with the structures, one line each; empty if all is well. */
    List<String> check(Machine machine);

    /** The local id of the thread that the kernel is about to return to. */
    int running(Machine machine);

    /** Numbers of the threads that wait for the processor, and for nothing else; none if the kernel does not say. */
    default List<Integer> ready(Machine machine) {
        return List.of();
    }
}
