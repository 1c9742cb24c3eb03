package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DI;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;
import static org.sidestep.isa.Reg8.BL;
import static org.sidestep.isa.Reg8.CH;
import static org.sidestep.isa.Reg8.CL;
import static org.sidestep.isa.Reg8.DH;
import static org.sidestep.isa.Reg8.DL;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.sidestep.isa.Seg;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.Disk;

/**
 * INT 13h: the diskette in drive 0 and the disks from 80h on, by place or (BIOS Enhanced Disk Drive Specification 1.1) number. A
 * CD-ROM that was booted as one of them is the first of its kind.
 */
final class Disks implements BiosService {
    // spotless:off
    static final int FLOPPY = 0x00, HARD = 0x80, SECTOR = 512;
    static final int EXTENSIONS = 0x41;
    private static final int GET_TYPE = 0x15, EMULATION = 0x4B, BOOT_SEGMENT = 0x7C0;
    private static final int BAD_COMMAND = 0x01, WRITE_PROTECTED = 0x03, NOT_FOUND = 0x04, NO_DRIVE = 0x80;
    private static final int EDD_SIGNATURE = 0x55AA, EDD_ANSWER = 0xAA55, EDD_VERSION = 0x21, EDD_PACKETS = 1, CHS_VALID = 2;
    // spotless:on

    /** What to do with a run of sectors. */
    private enum Action {
        READ,
        WRITE,
        VERIFY
    }

    private final Board board;
    private final int floppyTable;
    private final CdRom cdRom;

    /** @param floppyTable offset of the diskette parameter table in the ROM */
    Disks(Board board, int floppyTable) {
        this.board = board;
        this.floppyTable = floppyTable;
        cdRom = new CdRom(board);
    }

    /** As after power-on: a CD-ROM is nothing but that. */
    void reset() {
        cdRom.reset();
    }

    int hardDisks() {
        return drives(true).size();
    }

    boolean hasFloppy() {
        return drive(FLOPPY).isPresent();
    }

    private Optional<Drive> drive(int number) {
        List<Drive> drives = drives(number >= HARD);
        int index = number & ~HARD;
        return index < drives.size() ? Optional.of(drives.get(index)) : Optional.empty();
    }

    private List<Drive> drives(boolean hard) {
        Stream<Drive> real = hard
                ? board.disks().stream().map(Drive::hard)
                : board.floppy().stream().map(Drive::floppy);
        return Stream.concat(cdRom.emulated(hard).stream(), real).toList();
    }

    /** What is booted: from the diskette, else the CD-ROM, else the first hard disk. */
    Optional<Boot> boot() {
        return bootSector(FLOPPY).or(cdRom::boot).or(() -> bootSector(HARD));
    }

    /** The sector that is booted from a drive, if it has the signature of one. */
    private Optional<Boot> bootSector(int number) {
        return drive(number)
                .map(drive -> drive.disk().read(0))
                .filter(sector -> sector[510] == 0x55 && sector[511] == (byte) 0xAA)
                .map(sector -> new Boot(number, BOOT_SEGMENT, sector));
    }

    @Override
    public boolean serve(BiosCall call) {
        int number = call.get(DL);
        int statusAt = number < HARD ? DataArea.FLOPPY_STATUS : DataArea.DISK_STATUS;
        if (call.get(AH) == 0x01) {
            call.status(call.memory.octet(statusAt));
            return false;
        }
        int function = call.get(AH);
        int status = status(call, number, function);
        boolean answersInAh = function == GET_TYPE || function == EXTENSIONS;
        if (!answersInAh || status != 0) call.set(AH, status);
        call.carry(status != 0);
        call.memory.octet(statusAt, status);
        return false;
    }

    private int status(BiosCall call, int number, int function) {
        if (function == EMULATION) return cdRom.emulation(call);
        if (number == CdRom.DRIVE) return cdRom.serve(call);
        Optional<Drive> drive = drive(number);
        if (drive.isPresent()) return serve(call, drive.get());
        return function == GET_TYPE ? absent(call) : NO_DRIVE;
    }

    private static int absent(BiosCall call) {
        call.set(AX, 0);
        return 0;
    }

    /** The status. */
    private int serve(BiosCall call, Drive drive) {
        return switch (call.get(AH)) {
            case 0x00, 0x05, 0x09, 0x0C, 0x0D, 0x10, 0x11, 0x14, 0x16, 0x17, 0x18, 0x47 -> 0;
            case 0x02 -> byPlace(call, drive, Action.READ);
            case 0x03 -> byPlace(call, drive, Action.WRITE);
            case 0x04 -> byPlace(call, drive, Action.VERIFY);
            case 0x08 -> parameters(call, drive);
            case GET_TYPE -> type(call, drive);
            case EXTENSIONS -> extensions(call);
            case 0x42 -> byNumber(call, drive, Action.READ);
            case 0x43 -> byNumber(call, drive, Action.WRITE);
            case 0x44 -> byNumber(call, drive, Action.VERIFY);
            case 0x48 -> extendedParameters(call, drive);
            default -> BAD_COMMAND;
        };
    }

    private int byPlace(BiosCall call, Drive drive, Action action) {
        int count = call.get(AL);
        int cylinder = call.get(CH) | (call.get(CL) & 0xC0) << 2;
        int lba = drive.lba(cylinder, call.get(DH), call.get(CL) & 0x3F);
        if (lba < 0 || !drive.holds(lba, count)) {
            call.set(AL, 0);
            return NOT_FOUND;
        }
        if (isProtected(drive, action)) return WRITE_PROTECTED;
        transfer(call.memory, call.address(Seg.ES, call.get(BX)), drive.disk(), lba, count, action);
        return 0;
    }

    private int byNumber(BiosCall call, Drive drive, Action action) {
        AddressPacket packet = AddressPacket.of(call);
        boolean held = packet.isWithin(drive.disk().sectors());
        if (!held || isProtected(drive, action)) {
            packet.refuse(call.memory);
            return held ? WRITE_PROTECTED : NOT_FOUND;
        }
        transfer(call.memory, packet.buffer(), drive.disk(), (int) packet.block(), packet.count(), action);
        return 0;
    }

    private boolean isProtected(Drive drive, Action action) {
        return action == Action.WRITE && cdRom.isEmulated(drive);
    }

    private static void transfer(GuestMemory memory, int buffer, Disk disk, int lba, int count, Action action) {
        for (int i = 0; i < count; i++) {
            int at = buffer + i * SECTOR;
            if (action == Action.READ) memory.write(at, disk.read(lba + i));
            else if (action == Action.WRITE) disk.write(lba + i, memory.read(at, SECTOR));
        }
    }

    private int parameters(BiosCall call, Drive drive) {
        boolean hard = call.get(DL) >= HARD;
        int last = drive.cylinders() - 1;
        call.set(CX, (last & 0xFF) << 8 | last >> 2 & 0xC0 | drive.sectors());
        call.set(DX, drive.heads() - 1 << 8 | (hard ? hardDisks() : 1));
        call.set(AX, 0);
        if (!hard) {
            call.set(BL, drive.floppyType());
            call.set(DI, floppyTable);
            call.set(Seg.ES, BiosRom.SEGMENT);
        }
        return 0;
    }

    private static int type(BiosCall call, Drive drive) {
        boolean hard = call.get(DL) >= HARD;
        if (hard) {
            call.set(CX, drive.disk().sectors() >>> 16);
            call.set(DX, drive.disk().sectors());
        }
        call.set(AH, hard ? 3 : 1);
        return 0;
    }

    private static int extensions(BiosCall call) {
        if (call.get(BX) != EDD_SIGNATURE || call.get(DL) < HARD) return BAD_COMMAND;
        call.set(BX, EDD_ANSWER);
        call.set(CX, EDD_PACKETS);
        call.set(AH, EDD_VERSION);
        return 0;
    }

    private static int extendedParameters(BiosCall call, Drive drive) {
        DriveParameters all = new DriveParameters(
                CHS_VALID,
                drive.cylinders(),
                drive.heads(),
                drive.sectors(),
                drive.disk().sectors(),
                SECTOR);
        return all.store(call) ? 0 : BAD_COMMAND;
    }
}
