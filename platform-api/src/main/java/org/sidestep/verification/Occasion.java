package org.sidestep.verification;

import java.util.List;
import java.util.function.Consumer;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Machine;

/** An instruction boundary of a run, with the machine standing there, at which something can happen. */
public interface Occasion {

    /** To be inspected, not changed. */
    Machine machine();

    KernelImage image();

    /** How many instructions have been completed since reset. */
    long instruction();

    /** Whether the instruction to come is user code. */
    default boolean user() {
        return machine().cpl() == 3;
    }

    /** Whether the instruction to come is the policy's own code at user level. */
    boolean inStub();

    /** Whether the instruction to come is user code that goes on in a stub of the policy. */
    boolean callsStub();

    /** Whether the instruction to come is the first of a stub that user code has called. */
    boolean beginsStub();

    /** Whether the instruction to come is user code that enters the kernel. */
    boolean entersKernel();

    /** Whether interrupts are taken here; otherwise they arrive when the kernel next lets them. */
    boolean interruptible();

    /** The address space that runs, or on whose behalf the kernel does, by its name in the workload's observables. */
    String space();

    /** Whether that space may come to harm without anyone waiting for it in vain. */
    boolean expendable();

    /** The threads that run in the round that is disturbed, in the order of their first appearance. */
    List<Inhabitant> inhabitants();

    /** The addresses of all bytes of the policy's stubs, ascending. */
    List<Integer> stubBytes();

    /**
     * Which words the kernel reads, from its next entry to its next exit, although a space that may come to harm could have
     * written them: those of page frames that are mapped writable at level 3 there. Found by observation: the kernel runs once
     * with its reads watched, then all is as it was.
     *
     * @return physical addresses of words, ascending
     */
    List<Integer> believed();

    /** The same if something is done first: who lies in one word may lead the kernel to others. */
    List<Integer> believed(Consumer<Machine> first);

    /** The data that the instruction to come accesses at user level, by linear address, in order; found in the same way. */
    List<Integer> accessed();
}
