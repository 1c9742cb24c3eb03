package org.sidestep.workload.l4;

import org.sidestep.asm.Label;
import org.sidestep.isa.Operand;

/**
 * A thread of the workload: a kernel thread or, where threads live at user level, a context of its space's one kernel thread.
 *
 * @param name what reports show; also the scope of its labels
 * @param globalId its id; for a context the id of the kernel thread that contains it
 * @param localId the address of its MR0
 * @param isContext whether it is a context of its space's one kernel thread
 * @param start where it starts; the workload binds it
 * @param resume where a context that is not the first of its space starts, with its first message; the workload binds it
 * @param stackTop its initial stack pointer
 */
public record UserThread(
        String name,
        AddressSpace space,
        int globalId,
        Operand localId,
        boolean isContext,
        Label start,
        Label resume,
        Label stackTop) {

    /** Whether both live in one address space. */
    public boolean isNeighbourOf(UserThread other) {
        return space == other.space;
    }
}
