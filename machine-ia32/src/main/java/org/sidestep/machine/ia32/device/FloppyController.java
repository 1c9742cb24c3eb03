package org.sidestep.machine.ia32.device;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The 82077AA floppy disk controller (Intel data sheet, order number 290166) with one drive, moving data through DMA
 * channel 2. A drive without a diskette reports that it is not ready.
 */
final class FloppyController implements Device {
    static final int BASE = 0x3F0;
    static final int DIGITAL_INPUT = 0x3F7;

    // spotless:off
    private static final int DIGITAL_OUTPUT = 0x3F2, TAPE = 0x3F3, MAIN_STATUS = 0x3F4, DATA = 0x3F5;
    private static final int RQM = 0x80, TO_HOST = 0x40, BUSY = 0x10;
    private static final int DOR_RUN = 0x04, DOR_INTERRUPTS = 0x08, NO_DISKETTE = 0x80;
    private static final int WRITE = 0x05, READ = 0x06, READ_DELETED = 0x0C, READ_TRACK = 0x02, READ_ID = 0x0A, FORMAT = 0x0D;
    private static final int SPECIFY = 0x03, SENSE_DRIVE = 0x04, RECALIBRATE = 0x07, SENSE_INTERRUPT = 0x08, SEEK = 0x0F;
    private static final int DUMP = 0x0E, VERSION = 0x10, PERPENDICULAR = 0x12, CONFIGURE = 0x13, LOCK = 0x14, MULTI_TRACK = 0x80;
    private static final int ST0_FAILED = 0x40, ST0_INVALID = 0x80, ST0_SEEK_END = 0x20, ST0_NOT_READY = 0x08, ST0_POLLED = 0xC0;
    private static final int ST1_END = 0x80, ST1_NO_DATA = 0x04, ST1_OVERRUN = 0x10, ST3_READY = 0x28, ST3_TRACK_0 = 0x10;
    private static final int ENHANCED = 0x90, SECTOR_SIZE_CODE = 2, CHANNEL = 2;
    // spotless:on

    /** An operation is done this much later: 200 us. */
    private static final int OPERATIONS_PER_MILLISECOND = 5;

    private final int cyclesPerOperation;
    private final Disk disk;
    private final Dma dma;
    private final ArrayDeque<Integer> results;
    private final int[] command = new int[9];
    private int received;
    private int output = DOR_RUN | DOR_INTERRUPTS;
    private int cylinder;
    private int specified;
    private int configured;
    private boolean locked;
    private boolean interrupt;
    /** What SENSE INTERRUPT STATUS reports next, from the last byte; 0 for nothing. */
    private int causes;

    private long due = Clock.NEVER;
    private long now;

    /** @param disk the diskette in drive A, or null */
    FloppyController(int kiloHertz, Disk disk, Dma dma) {
        cyclesPerOperation = Math.max(1, kiloHertz / OPERATIONS_PER_MILLISECOND);
        this.disk = disk;
        this.dma = dma;
        results = new ArrayDeque<>();
    }

    FloppyController(FloppyController other, Disk disk, Dma dma) {
        cyclesPerOperation = other.cyclesPerOperation;
        this.disk = disk;
        this.dma = dma;
        results = new ArrayDeque<>(other.results);
        System.arraycopy(other.command, 0, command, 0, command.length);
        received = other.received;
        output = other.output;
        cylinder = other.cylinder;
        specified = other.specified;
        configured = other.configured;
        locked = other.locked;
        interrupt = other.interrupt;
        causes = other.causes;
        due = other.due;
        now = other.now;
    }

    /** The port between its two ranges is a channel of disks'. */
    @Override
    public void connect(Ports ports) {
        ports.bytes(this, BASE, BASE + 5);
        ports.bytes(this, BASE + 7, BASE + 7);
    }

    @Override
    public void drive(InterruptLines lines) {
        lines.set(InterruptLines.FLOPPY, interrupt && (output & DOR_INTERRUPTS) != 0);
    }

    @Override
    public long nextEvent() {
        return due;
    }

    @Override
    public void advanceTo(long cycle) {
        now = cycle;
        if (due > now) return;
        due = Clock.NEVER;
        interrupt = true;
        if (received > 0) execute();
    }

    @Override
    public int in(int port) {
        return switch (port) {
            case DIGITAL_OUTPUT -> output;
            case TAPE -> 0;
            case MAIN_STATUS -> mainStatus();
            case DATA -> readData();
            case DIGITAL_INPUT -> disk == null ? NO_DISKETTE : 0;
            default -> 0xFF;
        };
    }

    @Override
    public void out(int port, int value) {
        switch (port) {
            case DIGITAL_OUTPUT -> writeOutput(value);
            case MAIN_STATUS -> {
                // The reset bit of the data rate select register clears itself.
                if ((value & 0x80) != 0) reset();
            }
            case DATA -> writeData(value);
            default -> {}
        }
    }

    private void writeOutput(int value) {
        boolean starts = (value & ~output & DOR_RUN) != 0;
        output = value;
        if (starts) reset();
        else if ((value & DOR_RUN) == 0) interrupt = false;
    }

    /** All four drives report that they have been polled. */
    private void reset() {
        received = 0;
        results.clear();
        if (!locked) configured = 0;
        causes = (ST0_POLLED | 3) << 24 | (ST0_POLLED | 2) << 16 | (ST0_POLLED | 1) << 8 | ST0_POLLED;
        due = now + cyclesPerOperation;
    }

    private int mainStatus() {
        if ((output & DOR_RUN) == 0) return 0;
        if (due != Clock.NEVER) return received > 0 ? BUSY : 0;
        if (!results.isEmpty()) return RQM | TO_HOST | BUSY;
        return RQM | (received > 0 ? BUSY : 0);
    }

    private int readData() {
        interrupt = false;
        return results.isEmpty() ? 0xFF : results.remove();
    }

    private void writeData(int value) {
        if (due != Clock.NEVER || !results.isEmpty() || (output & DOR_RUN) == 0) return;
        command[received++] = value;
        if (received < length(command[0] & 0x1F)) return;
        if (takesTime(command[0] & 0x1F)) {
            due = now + cyclesPerOperation;
        } else {
            execute();
        }
    }

    /** Bytes of a command, its parameters included. */
    private static int length(int operation) {
        return switch (operation) {
            case READ, READ_DELETED, READ_TRACK, WRITE -> 9;
            case FORMAT -> 6;
            case CONFIGURE -> 4;
            case SPECIFY, SEEK -> 3;
            case READ_ID, RECALIBRATE, SENSE_DRIVE, PERPENDICULAR -> 2;
            default -> 1;
        };
    }

    private static boolean takesTime(int operation) {
        return switch (operation) {
            case READ, READ_DELETED, READ_TRACK, WRITE, FORMAT, READ_ID, RECALIBRATE, SEEK -> true;
            default -> false;
        };
    }

    private void execute() {
        int drive = command[1] & 3;
        received = 0;
        switch (command[0] & 0x1F) {
            case READ, READ_DELETED, READ_TRACK, WRITE -> transfer();
            case FORMAT -> format();
            case READ_ID -> result(notReady() ? ST0_FAILED | ST0_NOT_READY : 0, 0, 1);
            case RECALIBRATE -> seek(drive, 0);
            case SEEK -> seek(drive, command[2]);
            case SENSE_INTERRUPT -> senseInterrupt();
            case SENSE_DRIVE -> results.add(command[1] & 7 | ST3_READY | (cylinder == 0 ? ST3_TRACK_0 : 0));
            case SPECIFY -> specified = command[1] << 8 | command[2];
            case CONFIGURE -> configured = command[2] << 8 | command[3];
            case VERSION -> results.add(ENHANCED);
            case LOCK -> lock();
            case DUMP -> dump();
            case PERPENDICULAR -> {}
            default -> results.add(ST0_INVALID);
        }
    }

    private boolean notReady() {
        return disk == null || (command[1] & 3) != 0;
    }

    private void seek(int drive, int target) {
        if (drive == 0) cylinder = target;
        causes = ST0_SEEK_END | drive;
    }

    private void senseInterrupt() {
        interrupt = false;
        if (causes == 0) {
            results.add(ST0_INVALID);
            return;
        }
        results.add(causes & 0xFF);
        results.add(cylinder);
        causes >>>= 8;
    }

    private void lock() {
        locked = (command[0] & MULTI_TRACK) != 0;
        results.add(locked ? 0x10 : 0);
    }

    private void dump() {
        int track = disk == null ? 0 : disk.sectorsPerTrack();
        int[] registers = {cylinder, 0, 0, 0, specified >> 8, specified & 0xFF, track, locked ? 0x80 : 0};
        for (int register : registers) results.add(register);
        results.add(configured >> 8);
        results.add(configured & 0xFF);
    }

    /** Moves sectors until the count of the DMA channel runs out or the last sector of the track has passed. */
    private void transfer() {
        boolean write = (command[0] & 0x1F) == WRITE;
        if (notReady()) {
            result(ST0_FAILED | ST0_NOT_READY, 0, command[4]);
        } else if (!dma.ready(CHANNEL, !write)) {
            result(ST0_FAILED, ST1_OVERRUN, command[4]);
        } else {
            transferSectors(write);
        }
    }

    private void transferSectors(boolean write) {
        int head = command[3] & 1;
        int sector = command[4];
        boolean done = false;
        while (!done) {
            int lba = lba(command[2], head, sector);
            if (lba < 0) {
                result(ST0_FAILED, ST1_NO_DATA, sector);
                return;
            }
            done = write ? write(lba) : dma.toMemory(CHANNEL, disk.read(lba));
            sector++;
            if (sector <= command[6]) continue;
            sector = 1;
            boolean otherSide = (command[0] & MULTI_TRACK) != 0 && head == 0;
            head = otherSide ? 1 : 0;
            if (otherSide) continue;
            command[2]++;
            if (!done) {
                result(ST0_FAILED, ST1_END, sector);
                return;
            }
        }
        command[3] = head;
        result(0, 0, sector);
    }

    private boolean write(int lba) {
        byte[] bytes = disk.read(lba);
        boolean done = dma.fromMemory(CHANNEL, bytes);
        disk.write(lba, bytes);
        return done;
    }

    private void format() {
        if (notReady()) {
            result(ST0_FAILED | ST0_NOT_READY, 0, 1);
            return;
        }
        byte[] empty = new byte[Disk.SECTOR];
        Arrays.fill(empty, (byte) command[5]);
        for (int sector = 1; sector <= command[3]; sector++) {
            int lba = lba(cylinder, command[1] >> 2 & 1, sector);
            if (lba >= 0) disk.write(lba, empty);
        }
        result(0, 0, 1);
    }

    private int lba(int track, int head, int sector) {
        if (sector < 1 || sector > disk.sectorsPerTrack() || head >= disk.heads()) return -1;
        int lba = (track * disk.heads() + head) * disk.sectorsPerTrack() + sector - 1;
        return track == cylinder && lba < disk.sectors() ? lba : -1;
    }

    private void result(int st0, int st1, int sector) {
        boolean addressed = (command[0] & 0x1F) != READ_ID && (command[0] & 0x1F) != FORMAT;
        int head = addressed ? command[3] & 1 : command[1] >> 2 & 1;
        results.add(st0 | head << 2 | command[1] & 3);
        results.add(st1);
        results.add(0);
        results.add(addressed ? command[2] : cylinder);
        results.add(head);
        results.add(sector);
        results.add(SECTOR_SIZE_CODE);
    }
}
