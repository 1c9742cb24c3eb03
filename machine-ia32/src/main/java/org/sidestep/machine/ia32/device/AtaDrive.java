package org.sidestep.machine.ia32.device;

import java.util.Arrays;

/**
 * A disk on an {@link AtaChannel}, by programmed I/O (ATA/ATAPI-4, chapters 7 to 9). Each of the two on a channel has registers
 * of its own, and both take what is written to them; that the other one is meant, only the command sees.
 */
final class AtaDrive {
    static final int MOST_MULTIPLE = 16;
    static final int DATA = 0, DEVICE = 6, STATUS_COMMAND = 7;
    static final int DEVICE_SLAVE = 0x10;
    static final int DIAGNOSE = 0x90;

    // spotless:off
    private static final int ERROR_FEATURES = 1, COUNT = 2, LBA_LOW = 3, LBA_MID = 4, LBA_HIGH = 5;
    private static final int BSY = 0x80, DRDY = 0x40, DSC = 0x10, DRQ = 0x08, ERR = 0x01;
    private static final int ABRT = 0x04, IDNF = 0x10, NO_ERROR_DETECTED = 0x01;
    private static final int DEVICE_LBA = 0x40, DEVICE_FIXED = 0xA0;
    private static final int CONTROL_NO_INTERRUPTS = 0x02, CONTROL_RESET = 0x04;
    private static final int RECALIBRATE = 0x10, READ = 0x20, READ_ONCE = 0x21, WRITE = 0x30, WRITE_ONCE = 0x31, VERIFY = 0x40, VERIFY_ONCE = 0x41;
    private static final int SEEK = 0x70, INITIALIZE = 0x91, READ_MULTIPLE = 0xC4, WRITE_MULTIPLE = 0xC5, SET_MULTIPLE = 0xC6;
    private static final int STANDBY_NOW = 0xE0, IDLE_NOW = 0xE1, STANDBY = 0xE2, IDLE = 0xE3, CHECK_POWER = 0xE5, SLEEP = 0xE6;
    private static final int FLUSH = 0xE7, IDENTIFY = 0xEC, SET_FEATURES = 0xEF, READ_NATIVE_MAX = 0xF8;
    // spotless:on

    /** A block is ready this much later, as a fraction of a millisecond: 50 us. */
    private static final int BLOCKS_PER_MILLISECOND = 20;

    private final int cyclesPerBlock;
    private final Disk disk;
    private final int number;
    private final int[] registers = new int[8];
    private int status = DRDY | DSC;
    private int control;
    private int heads;
    private int track;
    private int multiple;
    private boolean interrupt;

    /** The running command, or 0, and the cycle at which it goes on, or never if it waits for the host. */
    private int command;

    private long due = Clock.NEVER;
    private long now;

    private int sector;
    private int remaining;
    private byte[] buffer = new byte[0];
    private int position;

    /** @param number of the drive on the board, for its serial number */
    AtaDrive(int kiloHertz, Disk disk, int number) {
        cyclesPerBlock = Math.max(1, kiloHertz / BLOCKS_PER_MILLISECOND);
        this.disk = disk;
        this.number = number;
        signature();
    }

    AtaDrive(AtaDrive other) {
        cyclesPerBlock = other.cyclesPerBlock;
        disk = new Disk(other.disk);
        number = other.number;
        System.arraycopy(other.registers, 0, registers, 0, registers.length);
        status = other.status;
        control = other.control;
        heads = other.heads;
        track = other.track;
        multiple = other.multiple;
        interrupt = other.interrupt;
        command = other.command;
        due = other.due;
        now = other.now;
        sector = other.sector;
        remaining = other.remaining;
        buffer = other.buffer.clone();
        position = other.position;
    }

    /** What a reset leaves in the registers (section 9.12). */
    private void signature() {
        heads = disk.heads();
        track = disk.sectorsPerTrack();
        Arrays.fill(registers, 0);
        registers[ERROR_FEATURES] = NO_ERROR_DETECTED;
        registers[COUNT] = 1;
        registers[LBA_LOW] = 1;
        status = DRDY | DSC;
    }

    Disk disk() {
        return disk;
    }

    /** What this drive would put on the interrupt line if it is the selected one. */
    boolean interrupt() {
        return interrupt && (control & CONTROL_NO_INTERRUPTS) == 0;
    }

    long nextEvent() {
        return due;
    }

    void advanceTo(long cycle) {
        now = cycle;
        if (due > now) return;
        due = Clock.NEVER;
        status &= ~BSY;
        proceed();
    }

    /** The status, without the acknowledgement of the interrupt that reading its register is. */
    int status() {
        return status;
    }

    /** A register but the data port. */
    int in(int register) {
        if (register == STATUS_COMMAND) {
            interrupt = false;
            return status;
        }
        return register == DEVICE ? registers[DEVICE] | DEVICE_FIXED : registers[register];
    }

    /** A register but the data port and the command. */
    void out(int register, int value) {
        registers[register] = value;
    }

    /** The device control register. */
    void control(int value) {
        boolean wasReset = (control & CONTROL_RESET) != 0;
        control = value;
        if ((value & CONTROL_RESET) != 0) {
            command = 0;
            interrupt = false;
            status = BSY;
            due = Clock.NEVER;
        } else if (wasReset) {
            signature();
            multiple = 0;
            busy();
        }
    }

    private void busy() {
        status = BSY | DRDY | DSC;
        due = now + cyclesPerBlock;
    }

    /** A command. */
    void start(int value) {
        interrupt = false;
        registers[ERROR_FEATURES] = value == SET_FEATURES ? registers[ERROR_FEATURES] : 0;
        command = (value & 0xF0) == RECALIBRATE || (value & 0xF0) == SEEK ? value & 0xF0 : value;
        buffer = new byte[0];
        position = 0;
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

    /** Does what the command does when the disk is ready. */
    private void proceed() {
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

    private void complete() {
        command = 0;
        status = DRDY | DSC;
        interrupt = true;
    }

    private void fail(int error) {
        complete();
        registers[ERROR_FEATURES] = error;
        status |= ERR;
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

    private void offer(byte[] data) {
        buffer = data;
        position = 0;
        status = DRDY | DSC | DRQ;
        interrupt = true;
    }

    /** Stores the block that the host has written, if any, and asks for the next. */
    private void writeBlock() {
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

    /** The data port, {@code size} bytes (1, 2 or 4) at a time. */
    int read(int size) {
        if ((status & DRQ) == 0 || writing()) return -1;
        int value = 0;
        for (int i = 0; i < size && position < buffer.length; i++) value |= (buffer[position++] & 0xFF) << 8 * i;
        if (position == buffer.length) {
            status &= ~DRQ;
            if (remaining > 0) busy();
            else command = 0;
        }
        return value;
    }

    void write(int size, int value) {
        if ((status & DRQ) == 0 || !writing()) return;
        for (int i = 0; i < size && position < buffer.length; i++) buffer[position++] = (byte) (value >> 8 * i);
        if (position == buffer.length) busy();
    }

    private boolean writing() {
        return command == WRITE || command == WRITE_ONCE || command == WRITE_MULTIPLE;
    }
}
