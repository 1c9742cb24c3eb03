package org.sidestep.machine.ia32.device;

import java.util.Optional;

/**
 * What is plugged into a board beside the devices that every PC has.
 *
 * @param apic whether there are a local APIC, an I/O APIC and, in memory, a table that describes them
 * @param strict whether an access to a port or model-specific register that does not exist stops the machine
 * @param disk the master on the primary ATA channel
 * @param floppy the diskette in drive A
 */
public record BoardOptions(boolean apic, boolean strict, Optional<Disk> disk, Optional<Disk> floppy) {

    /** As experiments use it: without APICs, lenient, without disks. */
    public static final BoardOptions PLAIN = new BoardOptions(false, false, Optional.empty(), Optional.empty());

    public BoardOptions withApic() {
        return new BoardOptions(true, strict, disk, floppy);
    }

    public BoardOptions withStrict() {
        return new BoardOptions(apic, true, disk, floppy);
    }

    public BoardOptions withDisk(Disk image) {
        return new BoardOptions(apic, strict, Optional.of(image), floppy);
    }

    public BoardOptions withFloppy(Disk image) {
        return new BoardOptions(apic, strict, disk, Optional.of(image));
    }
}
