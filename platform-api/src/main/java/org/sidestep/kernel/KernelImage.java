package org.sidestep.kernel;

import java.util.List;
import java.util.Map;
import org.sidestep.asm.Program;
import org.sidestep.workload.Observables;

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
        Observables observables) {}
