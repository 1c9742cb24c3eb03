package org.sidestep.machine;

import java.util.List;
import java.util.Optional;

/**
 * A machine before it is switched on: {@link MachineProvider#boot} takes it. Media belong to the machine from then on; what
 * the guest writes to them stays in memory.
 *
 * @param floppy the medium in the first floppy drive
 * @param cdRom the medium in the CD-ROM drive; without it there is no drive
 * @param disks the hard disks, the first one first
 * @param lines where the lines that leave the machine lead
 * @param strict whether an access to a port or model-specific register that does not exist, or an undefined instruction,
 *     stops the machine instead of being answered as a processor and a bus would
 * @param restarts whether a reset restarts the machine, as it would a PC, instead of stopping it; a shutdown is a reset
 */
public record BootConfiguration(
        BootSource source,
        Optional<BootSource.Image> floppy,
        Optional<BootSource.Image> cdRom,
        List<BootSource.Image> disks,
        Lines lines,
        boolean strict,
        boolean restarts) {
    public BootConfiguration {
        disks = List.copyOf(disks);
    }
}
