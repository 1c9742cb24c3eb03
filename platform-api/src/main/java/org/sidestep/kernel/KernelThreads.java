package org.sidestep.kernel;

import java.util.List;
import java.util.Map;
import org.sidestep.layout.Field;

/**
 * A kernel's threads as a debugger shows them, read from a machine's memory whenever it stands between two instructions, at no
 * cost to the guest.
 */
public interface KernelThreads {

    /** Those that exist, in order of their numbers; none before the kernel has made the first. */
    List<Seen> all();

    /** The words of a thread control block; offsets count from {@link Seen#tcb}. */
    List<Field> tcb();

    /** The words of a UTCB, from the lowest on; offsets count from {@link Seen#utcb}. */
    List<Field> utcb();

    /**
     * A thread as the kernel has it.
     *
     * @param number the thread number, by which {@link org.sidestep.workload.Observables#threads} names it
     * @param doing what it does, in words that follow the name
     * @param believed whether it is the one that the kernel takes for the running one
     * @param tcb linear address of the thread control block
     * @param utcb linear address of its UTCB that is good in every address space, 0 if it has none
     * @param pageDirectory physical address of the page directory of its space
     * @param registers by the processor's names, those with which it goes on; empty while it runs, and what nobody knows is
     *     left out
     */
    record Seen(
            int number,
            String name,
            String doing,
            boolean believed,
            int tcb,
            int utcb,
            int pageDirectory,
            Map<String, Integer> registers) {

        public Seen {
            registers = Map.copyOf(registers);
        }
    }
}
