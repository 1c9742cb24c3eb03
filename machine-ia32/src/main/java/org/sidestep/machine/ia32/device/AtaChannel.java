package org.sidestep.machine.ia32.device;

import java.util.List;

/**
 * An ATA channel: up to two drives, the master and the slave, that share its ports and its interrupt line. The bit that selects
 * one of them is in a register that both take (ATA/ATAPI-4, section 7.10). For a slave that is not there the master answers,
 * with a status of zero. Without any drive the registers read 7F: the board pulls data line 7 down, so that nobody waits for
 * a disk that is busy for ever (section 4.3).
 */
final class AtaChannel implements Device {
    static final int PRIMARY = 0x1F0;
    static final int SECONDARY = 0x170;
    static final int CONTROL = 0x206;

    private static final int NOBODY = 0x7F;

    private final int base;
    private final List<AtaUnit> drives;

    AtaChannel(int base, List<AtaUnit> drives) {
        this.base = base;
        this.drives = drives;
    }

    AtaChannel(AtaChannel other) {
        base = other.base;
        drives = other.drives.stream().map(AtaUnit::copy).toList();
    }

    List<AtaUnit> drives() {
        return drives;
    }

    @Override
    public void connect(Ports ports) {
        ports.whole(this, base + AtaUnit.DATA, 1, 2, 4);
        ports.bytes(this, base + AtaUnit.DATA + 1, base + AtaUnit.STATUS_COMMAND);
        ports.bytes(this, base + CONTROL, base + CONTROL);
    }

    @Override
    public void drive(InterruptLines lines) {
        int irq = base == PRIMARY ? InterruptLines.PRIMARY_DISKS : InterruptLines.SECONDARY_DISKS;
        lines.set(irq, isThere() && selected().interrupt());
    }

    @Override
    public long nextEvent() {
        long next = Clock.NEVER;
        for (AtaUnit drive : drives) next = Math.min(next, drive.nextEvent());
        return next;
    }

    @Override
    public void advanceTo(long cycle) {
        for (AtaUnit drive : drives) drive.advanceTo(cycle);
    }

    @Override
    public int in(int port) {
        if (drives.isEmpty()) return NOBODY;
        int register = port - base;
        boolean status = register == CONTROL || register == AtaUnit.STATUS_COMMAND;
        if (status && !isThere()) return 0;
        if (register == CONTROL) return selected().status();
        return selected().in(register);
    }

    @Override
    public void out(int port, int value) {
        int register = port - base;
        switch (register) {
            case CONTROL -> drives.forEach(drive -> drive.control(value));
            case AtaUnit.STATUS_COMMAND -> command(value);
            default -> drives.forEach(drive -> drive.out(register, value));
        }
    }

    private void command(int value) {
        if (value == AtaUnit.DIAGNOSE) drives.forEach(drive -> drive.start(value));
        else if (isThere()) selected().start(value);
    }

    /** The data port. */
    @Override
    public int read(int port, int size) {
        return isThere() ? selected().read(size) : -1;
    }

    @Override
    public void write(int port, int size, int value) {
        if (isThere()) selected().write(size, value);
    }

    /** Whether the selected drive exists. */
    private boolean isThere() {
        return drives.size() > (isSlaveSelected() ? 1 : 0);
    }

    /** The drive that answers. */
    private AtaUnit selected() {
        return drives.get(isThere() && isSlaveSelected() ? 1 : 0);
    }

    private boolean isSlaveSelected() {
        return !drives.isEmpty() && (drives.get(0).in(AtaUnit.DEVICE) & AtaUnit.DEVICE_SLAVE) != 0;
    }
}
