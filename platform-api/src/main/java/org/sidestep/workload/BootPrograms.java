package org.sidestep.workload;

import java.util.List;
import java.util.Optional;
import org.sidestep.elf.ElfFile;

/**
 * Programs that were built elsewhere, for a kernel to start as if a boot loader had put them there. Each is linked to the physical
 * addresses that it is to have.
 *
 * @param root the root task; without one the image is the kernel alone, for a boot loader to complete
 * @param sigma0 another sigma0 than the kernel's own
 * @param modules what else is in memory; the root task finds it through the boot information
 */
public record BootPrograms(Optional<ElfFile> root, Optional<ElfFile> sigma0, List<Module> modules) {

    /** The kernel alone. */
    public static final BootPrograms NONE = new BootPrograms(Optional.empty(), Optional.empty(), List.of());

    public BootPrograms {
        modules = List.copyOf(modules);
    }

    /** A file in memory, and what the root task is told with it. */
    public record Module(String commandLine, byte[] bytes) {}
}
