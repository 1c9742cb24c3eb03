package org.sidestep.machine.ia32.device;

/**
 * What a drive on an {@link AtaChannel} is to the host, by programmed I/O, whatever its medium (ATA/ATAPI-4, chapters 7 to 9).
 * Each of the two on a channel has registers of its own, and both take what is written to them; that the other one is meant, only
 * the command sees.
 */
abstract class AtaUnit {
    static final int DATA = 0, DEVICE = 6, STATUS_COMMAND = 7;
    static final int DEVICE_SLAVE = 0x10;
    static final int DIAGNOSE = 0x90;

    // spotless:off
    static final int ERROR_FEATURES = 1, COUNT = 2, LBA_LOW = 3, LBA_MID = 4, LBA_HIGH = 5;
    static final int BSY = 0x80, DRDY = 0x40, DSC = 0x10, DRQ = 0x08, ERR = 0x01;
    static final int ABRT = 0x04, NO_ERROR_DETECTED = 0x01;
    private static final int DEVICE_FIXED = 0xA0;
    private static final int CONTROL_NO_INTERRUPTS = 0x02, CONTROL_RESET = 0x04;
    // spotless:on

    /** A block is ready this much later, as a fraction of a millisecond: 50 us. */
    private static final int BLOCKS_PER_MILLISECOND = 20;

    final int[] registers = new int[8];
    int status;
    boolean interrupt;

    /** The running command, or 0. */
    int command;

    private final int cyclesPerBlock;
    private int control;

    /** The cycle at which the command goes on, or never if it waits for the host. */
    private long due = Clock.NEVER;

    private long now;

    private byte[] buffer = new byte[0];
    private int position;

    AtaUnit(int kiloHertz) {
        cyclesPerBlock = Math.max(1, kiloHertz / BLOCKS_PER_MILLISECOND);
    }

    AtaUnit(AtaUnit other) {
        cyclesPerBlock = other.cyclesPerBlock;
        System.arraycopy(other.registers, 0, registers, 0, registers.length);
        status = other.status;
        control = other.control;
        interrupt = other.interrupt;
        command = other.command;
        due = other.due;
        now = other.now;
        buffer = other.buffer.clone();
        position = other.position;
    }

    /** One in the same state, for a snapshot. */
    abstract AtaUnit copy();

    /** What a reset leaves in the registers (section 9.12). */
    abstract void signature();

    /** A command has been written. */
    abstract void begin(int value);

    /** Does what the command does when the drive is ready. */
    abstract void proceed();

    /** Whether the running command takes data from the host at present. */
    abstract boolean writing();

    /** The host has read all that was offered. */
    abstract void taken();

    /** What this drive would put on the interrupt line if it is the selected one. */
    final boolean interrupt() {
        return interrupt && (control & CONTROL_NO_INTERRUPTS) == 0;
    }

    final long nextEvent() {
        return due;
    }

    final void advanceTo(long cycle) {
        now = cycle;
        if (due > now) return;
        due = Clock.NEVER;
        status &= ~BSY;
        proceed();
    }

    /** The status, without the acknowledgement of the interrupt that reading its register is. */
    final int status() {
        return status;
    }

    /** A register but the data port. */
    final int in(int register) {
        if (register == STATUS_COMMAND) {
            interrupt = false;
            return status;
        }
        return register == DEVICE ? registers[DEVICE] | DEVICE_FIXED : registers[register];
    }

    /** A register but the data port and the command. */
    final void out(int register, int value) {
        registers[register] = value;
    }

    /** The device control register. */
    final void control(int value) {
        boolean wasReset = (control & CONTROL_RESET) != 0;
        control = value;
        if ((value & CONTROL_RESET) != 0) {
            command = 0;
            interrupt = false;
            status = BSY;
            due = Clock.NEVER;
        } else if (wasReset) {
            reset();
            busy();
        }
    }

    /** The host has reset the channel. */
    void reset() {
        signature();
    }

    /** A command. */
    final void start(int value) {
        interrupt = false;
        buffer = new byte[0];
        position = 0;
        begin(value);
    }

    final void busy() {
        status = status & ~(DRQ | ERR) | BSY;
        due = now + cyclesPerBlock;
    }

    final void complete() {
        command = 0;
        status = DRDY | DSC;
        interrupt = true;
    }

    final void fail(int error) {
        complete();
        registers[ERROR_FEATURES] = error;
        status |= ERR;
    }

    /** Data for the host, or room for data from it. */
    final void offer(byte[] data) {
        buffer = data;
        position = 0;
        status = DRDY | DSC | DRQ;
        interrupt = true;
    }

    /** What was offered last, as the host has filled it. */
    final byte[] buffer() {
        return buffer;
    }

    /** The data port, {@code size} bytes (1, 2 or 4) at a time. */
    final int read(int size) {
        if ((status & DRQ) == 0 || writing()) return -1;
        int value = 0;
        for (int i = 0; i < size && position < buffer.length; i++) value |= (buffer[position++] & 0xFF) << 8 * i;
        if (position == buffer.length) {
            status &= ~DRQ;
            taken();
        }
        return value;
    }

    final void write(int size, int value) {
        if ((status & DRQ) == 0 || !writing()) return;
        for (int i = 0; i < size && position < buffer.length; i++) buffer[position++] = (byte) (value >> 8 * i);
        if (position == buffer.length) busy();
    }
}
