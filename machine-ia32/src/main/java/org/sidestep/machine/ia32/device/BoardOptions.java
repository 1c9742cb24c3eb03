package org.sidestep.machine.ia32.device;

import java.util.Map;
import java.util.Optional;
import org.sidestep.machine.Lines;

/**
 * What is plugged into a board beside the devices that every PC has.
 *
 * @param apic whether there are a local APIC, an I/O APIC and, in memory, a table that describes them
 * @param restarts whether a reset restarts the processor, as it would a PC's, instead of stopping the machine; a shutdown
 *     is a reset
 * @param strict whether an access to a port or model-specific register that does not exist stops the machine
 * @param disk the master on the primary ATA channel
 * @param floppy the diskette in drive A
 * @param rom the firmware that ends at the end of the address space
 * @param lines who on the host listens to what the guest writes
 */
public record BoardOptions(
        boolean apic,
        boolean restarts,
        boolean strict,
        Optional<Disk> disk,
        Optional<Disk> floppy,
        Optional<byte[]> rom,
        Lines lines) {

    /** As experiments use it: without APICs, lenient, without disks, nobody listening. */
    public static final BoardOptions PLAIN = new BoardOptions(
            false,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Lines(octet -> {}, octet -> {}, Map.of()));

    public BoardOptions withApic() {
        return new BoardOptions(true, restarts, strict, disk, floppy, rom, lines);
    }

    public BoardOptions withRestarts() {
        return new BoardOptions(apic, true, strict, disk, floppy, rom, lines);
    }

    public BoardOptions withStrict() {
        return new BoardOptions(apic, restarts, true, disk, floppy, rom, lines);
    }

    public BoardOptions withDisk(Disk image) {
        return new BoardOptions(apic, restarts, strict, Optional.of(image), floppy, rom, lines);
    }

    public BoardOptions withFloppy(Disk image) {
        return new BoardOptions(apic, restarts, strict, disk, Optional.of(image), rom, lines);
    }

    public BoardOptions withRom(byte[] image) {
        return new BoardOptions(apic, restarts, strict, disk, floppy, Optional.of(image), lines);
    }

    public BoardOptions withLines(Lines listeners) {
        return new BoardOptions(apic, restarts, strict, disk, floppy, rom, listeners);
    }
}
