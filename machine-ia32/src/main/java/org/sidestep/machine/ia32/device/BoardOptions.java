package org.sidestep.machine.ia32.device;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sidestep.machine.BadImage;
import org.sidestep.machine.Lines;

/**
 * What is plugged into a board beside the devices that every PC has.
 *
 * @param apic whether there are a local APIC, an I/O APIC and, in memory, a table that describes them
 * @param restarts whether a reset restarts the processor, as it would a PC's, instead of stopping the machine; a shutdown
 *     is a reset
 * @param strict whether an access to a port or model-specific register that does not exist stops the machine
 * @param disks up to four: master and slave of the primary ATA channel, then of the secondary one
 * @param disc the CD-ROM in a drive that is the first on the secondary channel, or the second if a third disk is the first
 * @param floppy the diskette in drive A
 * @param rom the firmware that ends at the end of the address space
 * @param posted whether that firmware has set up the devices already; without any they are as if it had
 * @param lines who on the host listens to what the guest writes
 */
public record BoardOptions(
        boolean apic,
        boolean restarts,
        boolean strict,
        List<Disk> disks,
        Optional<OpticalDisc> disc,
        Optional<Disk> floppy,
        Optional<byte[]> rom,
        boolean posted,
        Lines lines) {

    /** How many disks a PC takes. */
    public static final int MOST_DISKS = 4;

    public BoardOptions {
        disks = List.copyOf(disks);
        if (disks.size() > MOST_DISKS)
            throw new BadImage(String.format(Locale.ROOT, "a PC has room for %d disks", MOST_DISKS));
        if (disks.size() == MOST_DISKS && disc.isPresent())
            throw new BadImage("a PC has room for a CD-ROM and one disk less");
    }

    /** As experiments use it: without APICs, lenient, without disks, nobody listening. */
    public static final BoardOptions PLAIN = new BoardOptions(
            false,
            false,
            false,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            new Lines(octet -> {}, octet -> {}, Map.of()));

    public BoardOptions withApic() {
        return new BoardOptions(true, restarts, strict, disks, disc, floppy, rom, posted, lines);
    }

    public BoardOptions withRestarts() {
        return new BoardOptions(apic, true, strict, disks, disc, floppy, rom, posted, lines);
    }

    public BoardOptions withStrict() {
        return new BoardOptions(apic, restarts, true, disks, disc, floppy, rom, posted, lines);
    }

    public BoardOptions withDisk(Disk image) {
        List<Disk> all = Stream.concat(disks.stream(), Stream.of(image)).toList();
        return new BoardOptions(apic, restarts, strict, all, disc, floppy, rom, posted, lines);
    }

    public BoardOptions withDisc(OpticalDisc image) {
        return new BoardOptions(apic, restarts, strict, disks, Optional.of(image), floppy, rom, posted, lines);
    }

    public BoardOptions withFloppy(Disk image) {
        return new BoardOptions(apic, restarts, strict, disks, disc, Optional.of(image), rom, posted, lines);
    }

    public BoardOptions withRom(byte[] image) {
        return new BoardOptions(apic, restarts, strict, disks, disc, floppy, Optional.of(image), false, lines);
    }

    public BoardOptions withLines(Lines listeners) {
        return new BoardOptions(apic, restarts, strict, disks, disc, floppy, rom, posted, listeners);
    }
}
