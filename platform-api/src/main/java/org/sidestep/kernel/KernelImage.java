package org.sidestep.kernel;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.workload.Observables;
import org.sidestep.x2.ThreadId;

/**
 * A bootable kernel with its user program.
 *
 * @param program sections, symbols and listing lines of kernel, stubs and user program
 * @param elf the same as a Multiboot ELF file
 * @param currentUtcb linear address of the word that names the running thread's UTCB
 * @param globalIdOffset offset of MyGlobalId from a UTCB's address
 * @param probes what the labels mean: probe name (see {@link KernelProbes}) to the labels that count for it
 * @param observables what the workload wants to be measured
 */
public record KernelImage(
        Program program,
        byte[] elf,
        int currentUtcb,
        int globalIdOffset,
        Map<String, List<String>> probes,
        Observables observables) {

    /** The number of the thread that runs at user level, by the current UTCB; none before there is one. */
    public OptionalInt running(Machine machine) {
        try {
            return OptionalInt.of(ThreadId.number(machine.peek(machine.peek(currentUtcb) + globalIdOffset)));
        } catch (NotMapped e) {
            return OptionalInt.empty();
        }
    }
}
