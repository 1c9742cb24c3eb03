package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/** A disk on an {@link AtaChannel} (ATA/ATAPI-4, chapter 8). */
final class AtaDrive extends AtaUnit {
    static final int MOST_MULTIPLE = 16;

    // spotless:off
    private static final int IDNF = 0x10, DEVICE_LBA = 0x40;
    private static final int RECALIBRATE = 0x10, READ = 0x20, READ_ONCE = 0x21, WRITE = 0x30, WRITE_ONCE = 0x31, VERIFY = 0x40, VERIFY_ONCE = 0x41;
    private static final int SEEK = 0x70, INITIALIZE = 0x91, READ_MULTIPLE = 0xC4, WRITE_MULTIPLE = 0xC5, SET_MULTIPLE = 0xC6;
    private static final int STANDBY_NOW = 0xE0, IDLE_NOW = 0xE1, STANDBY = 0xE2, IDLE = 0xE3, CHECK_POWER = 0xE5, SLEEP = 0xE6;
    private static final int FLUSH = 0xE7, IDENTIFY = 0xEC, SET_FEATURES = 0xEF, READ_NATIVE_MAX = 0xF8;
    // spotless:on

    private final Disk disk;
    private final int number;
    private int heads;
    private int track;
    private int multiple;
    private int sector;
    private int remaining;

    /** @param number of the drive on the board, for its serial number */
    AtaDrive(int kiloHertz, Disk disk, int number) {
        super(kiloHertz);
        this.disk = disk;
        this.number = number;
        signature();
    }

    private AtaDrive(AtaDrive other) {
        super(other);
        disk = new Disk(other.disk);
        number = other.number;
        heads = other.heads;
        track = other.track;
        multiple = other.multiple;
        sector = other.sector;
        remaining = other.remaining;
    }

    @Override
    AtaDrive copy() {
        return new AtaDrive(this);
    }

    @Override
    void signature() {
        heads = disk.heads();
        track = disk.sectorsPerTrack();
        Arrays.fill(registers, 0);
        registers[ERROR_FEATURES] = NO_ERROR_DETECTED;
        registers[COUNT] = 1;
        registers[LBA_LOW] = 1;
        status = DRDY | DSC;
    }

    @Override
    void reset() {
        super.reset();
        multiple = 0;
    }

    Disk disk() {
        return disk;
    }

    @Override
    void begin(int value) {
        registers[ERROR_FEATURES] = value == SET_FEATURES ? registers[ERROR_FEATURES] : 0;
        command = (value & 0xF0) == RECALIBRATE || (value & 0xF0) == SEEK ? value & 0xF0 : value;
        remaining = registers[COUNT] == 0 ? 256 : registers[COUNT];
        sector = address();
        // There is room for the first block at once, and there is software that relies on it.
        if (writing()) proceed();
        else busy();
    }

    /** The sector that the registers name, or -1. */
    private int address() {
        int low = registers[LBA_LOW];
        int cylinder = registers[LBA_HIGH] << 8 | registers[LBA_MID];
        int head = registers[DEVICE] & 15;
        if ((registers[DEVICE] & DEVICE_LBA) != 0) return head << 24 | cylinder << 8 | low;
        return low == 0 || low > track || head >= heads ? -1 : (cylinder * heads + head) * track + low - 1;
    }

    @Override
    void proceed() {
        switch (command) {
            case READ, READ_ONCE, READ_MULTIPLE -> readBlock();
            case WRITE, WRITE_ONCE, WRITE_MULTIPLE -> writeBlock();
            case VERIFY, VERIFY_ONCE -> verify();
            case IDENTIFY -> {
                remaining = 0;
                offer(AtaIdentity.of(disk, number, heads, track, multiple));
            }
            case INITIALIZE -> {
                heads = (registers[DEVICE] & 15) + 1;
                track = Math.max(1, registers[COUNT]);
                complete();
            }
            case SET_MULTIPLE -> setMultiple();
            case DIAGNOSE -> {
                signature();
                complete();
            }
            case READ_NATIVE_MAX -> {
                name(disk.sectors() - 1);
                complete();
            }
            case CHECK_POWER -> {
                registers[COUNT] = 0xFF;
                complete();
            }
            case RECALIBRATE, SEEK, FLUSH, SET_FEATURES, STANDBY_NOW, IDLE_NOW, STANDBY, IDLE, SLEEP -> complete();
            // A reset is done.
            case 0 -> {}
            default -> fail(ABRT);
        }
    }

    private void setMultiple() {
        int sectors = registers[COUNT];
        if (sectors > MOST_MULTIPLE || Integer.bitCount(sectors) > 1) {
            fail(ABRT);
        } else {
            multiple = sectors;
            complete();
        }
    }

    private void verify() {
        if (sector < 0 || sector + remaining > disk.sectors()) {
            fail(IDNF);
        } else {
            name(sector + remaining - 1);
            complete();
        }
    }

    /** Sectors in the next block: one, or with the multiple commands up to as many as were set; 0 if none may be. */
    private int block() {
        boolean several = command == READ_MULTIPLE || command == WRITE_MULTIPLE;
        return Math.min(remaining, several ? multiple : 1);
    }

    private boolean refused() {
        if (block() == 0) fail(ABRT);
        else if (sector < 0 || sector + block() > disk.sectors()) fail(IDNF);
        else return false;
        return true;
    }

    private void readBlock() {
        if (refused()) return;
        byte[] data = new byte[block() * Disk.SECTOR];
        for (int i = 0; i < block(); i++)
            System.arraycopy(disk.read(sector + i), 0, data, i * Disk.SECTOR, Disk.SECTOR);
        passed(block());
        offer(data);
    }

    /** Stores the block that the host has written, if any, and asks for the next. */
    private void writeBlock() {
        byte[] buffer = buffer();
        boolean first = buffer.length == 0;
        if (!first) {
            int sectors = buffer.length / Disk.SECTOR;
            for (int i = 0; i < sectors; i++) {
                disk.write(sector + i, Arrays.copyOfRange(buffer, i * Disk.SECTOR, (i + 1) * Disk.SECTOR));
            }
            passed(sectors);
            if (remaining == 0) {
                complete();
                return;
            }
        }
        if (refused()) return;
        offer(new byte[block() * Disk.SECTOR]);
        // For the first block the host polls.
        interrupt = !first;
    }

    private void passed(int sectors) {
        name(sector + sectors - 1);
        sector += sectors;
        remaining -= sectors;
        registers[COUNT] = remaining & 0xFF;
    }

    /** Puts the address of a sector into the registers. */
    private void name(int lba) {
        boolean linear = (registers[DEVICE] & DEVICE_LBA) != 0;
        int cylinder = linear ? lba >> 8 : lba / (heads * track);
        int head = linear ? lba >> 24 : lba / track % heads;
        registers[LBA_LOW] = linear ? lba & 0xFF : lba % track + 1;
        registers[LBA_MID] = cylinder & 0xFF;
        registers[LBA_HIGH] = cylinder >> 8 & 0xFF;
        registers[DEVICE] = registers[DEVICE] & 0xF0 | head & 15;
    }

    @Override
    void taken() {
        if (remaining > 0) busy();
        else command = 0;
    }

    @Override
    boolean writing() {
        return command == WRITE || command == WRITE_ONCE || command == WRITE_MULTIPLE;
    }
}
