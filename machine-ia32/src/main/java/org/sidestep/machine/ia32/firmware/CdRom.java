package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.SI;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;

import java.util.Optional;
import org.sidestep.isa.Seg;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.OpticalDisc;

/**
 * The CD-ROM behind INT 13h: in blocks of 2048 bytes by the extended functions, and as the diskette or hard disk that it was
 * booted as ("El Torito" Bootable CD-ROM Format Specification 1.0, chapter 4).
 */
final class CdRom {
    /** The number that software knows for a drive that is booted from without emulation. */
    static final int DRIVE = 0xE0;

    // spotless:off
    private static final int DONE = 0, BAD_COMMAND = 0x01, NOT_FOUND = 0x04, NO_DRIVE = 0x80;
    private static final int EDD_SIGNATURE = 0x55AA, EDD_ANSWER = 0xAA55, EDD_VERSION = 0x21, EDD_PACKETS = 1;
    private static final int REMOVABLE_AND_NO_GEOMETRY = 0x74;
    private static final int TERMINATE = 0, STATUS = 1, SPECIFICATION_SIZE = 0x13;
    // spotless:on

    private final Board board;

    /** How the CD-ROM was booted, if it was. */
    private Optional<BootCatalog> booted = Optional.empty();

    private Optional<Drive> emulated = Optional.empty();

    CdRom(Board board) {
        this.board = board;
    }

    /** What is booted, if there is a disc; it stays as it is booted until the next reset. */
    Optional<Boot> boot() {
        booted = board.disc().flatMap(BootCatalog::find);
        emulated = booted.flatMap(catalog -> catalog.emulated(board.disc().orElseThrow()));
        return booted.map(catalog -> new Boot(
                driveNumber(), catalog.segment(), catalog.start(board.disc().orElseThrow())));
    }

    /** Ends the emulation of a drive. */
    void reset() {
        booted = Optional.empty();
        emulated = Optional.empty();
    }

    /** The diskette or the first hard disk in whose place the disc is. */
    Optional<Drive> emulated(boolean hard) {
        return emulated.filter(drive -> hard == isHard());
    }

    /** Whether a drive is the emulated one: what is on a CD-ROM nobody writes. */
    boolean isEmulated(Drive drive) {
        return emulated.filter(own -> own == drive).isPresent();
    }

    private boolean isHard() {
        return booted.orElseThrow().media() == BootCatalog.Media.HARD_DISK;
    }

    private int driveNumber() {
        if (emulated.isEmpty()) return DRIVE;
        return isHard() ? Disks.HARD : Disks.FLOPPY;
    }

    /** A function for the drive {@link #DRIVE}; the status. */
    int serve(BiosCall call) {
        Optional<OpticalDisc> disc = board.disc();
        if (disc.isEmpty()) return NO_DRIVE;
        return switch (call.get(AH)) {
            case 0x00, 0x0D, 0x10, 0x11, 0x45, 0x47 -> DONE;
            case Disks.EXTENSIONS -> extensions(call);
            case 0x42 -> read(call, disc.get(), true);
            case 0x44 -> read(call, disc.get(), false);
            case 0x48 -> parameters(call, disc.get());
            default -> BAD_COMMAND;
        };
    }

    private static int extensions(BiosCall call) {
        if (call.get(BX) != EDD_SIGNATURE) return BAD_COMMAND;
        call.set(BX, EDD_ANSWER);
        call.set(CX, EDD_PACKETS);
        call.set(AH, EDD_VERSION);
        return DONE;
    }

    private static int read(BiosCall call, OpticalDisc disc, boolean store) {
        AddressPacket packet = AddressPacket.of(call);
        if (!packet.isWithin(disc.sectors())) {
            packet.refuse(call.memory);
            return NOT_FOUND;
        }
        if (store) call.memory.write(packet.buffer(), disc.read((int) packet.block(), packet.count()));
        return DONE;
    }

    private static int parameters(BiosCall call, OpticalDisc disc) {
        DriveParameters all =
                new DriveParameters(REMOVABLE_AND_NO_GEOMETRY, -1, -1, -1, disc.sectors(), OpticalDisc.SECTOR);
        return all.store(call) ? DONE : BAD_COMMAND;
    }

    /** AH = 4Bh: how the CD-ROM was booted, and with AL = 0 the end of the emulation. */
    int emulation(BiosCall call) {
        if (booted.isEmpty() || call.get(AL) != TERMINATE && call.get(AL) != STATUS) return BAD_COMMAND;
        BootCatalog catalog = booted.get();
        GuestMemory memory = call.memory;
        int at = call.address(Seg.DS, call.get(SI));
        memory.write(at, new byte[SPECIFICATION_SIZE]);
        memory.octet(at, SPECIFICATION_SIZE);
        memory.octet(at + 1, catalog.media().ordinal());
        memory.octet(at + 2, driveNumber());
        memory.number(at + 4, 4, catalog.lba());
        memory.word(at + 12, catalog.segment());
        memory.word(at + 14, catalog.count());
        emulated.ifPresent(drive -> {
            memory.octet(at + 16, drive.cylinders() - 1);
            memory.octet(at + 17, drive.sectors() | drive.cylinders() - 1 >> 2 & 0xC0);
            memory.octet(at + 18, drive.heads() - 1);
        });
        if (call.get(AL) == TERMINATE) emulated = Optional.empty();
        return DONE;
    }
}
