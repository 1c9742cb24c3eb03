package org.sidestep.machine.ia32.device;

/** The two interrupt controllers of a PC/AT: the slave's INT output drives input 2 of the master. */
final class PicPair implements Device {

    static final int MASTER = 0x20;
    static final int SLAVE = 0xA0;
    /** Edge/level control registers (82371AB PIIX4 data sheet, section 4.1.7). */
    static final int ELCR = 0x4D0;

    private static final int CASCADE = 2;

    // spotless:off
    private static final int FIRMWARE_VECTOR = 0x08, FIRMWARE_MASK = 0xB8;
    private static final int FIRMWARE_SLAVE_VECTOR = 0x70, FIRMWARE_SLAVE_MASK = 0x8F;
    // spotless:on

    private Runnable whenMaskWritten = () -> {};
    private final Pic master;
    private final Pic slave;

    /** As power leaves them: until their first initialisation word they keep still. */
    PicPair() {
        master = new Pic();
        slave = new Pic();
        out(MASTER + 1, 0xFF);
        out(SLAVE + 1, 0xFF);
    }

    /** What firmware does to them: vectors 8 and 70h, open for the timer, the keyboard, the slave, and drives. */
    void afterFirmware() {
        initialise(MASTER, FIRMWARE_VECTOR, 1 << CASCADE, FIRMWARE_MASK);
        initialise(SLAVE, FIRMWARE_SLAVE_VECTOR, CASCADE, FIRMWARE_SLAVE_MASK);
    }

    PicPair(PicPair other) {
        master = new Pic(other.master);
        slave = new Pic(other.slave);
    }

    private void initialise(int port, int vector, int wiring, int mask) {
        out(port, 0x11);
        for (int word : new int[] {vector, wiring, 0x01, mask}) out(port + 1, word);
    }

    /** What to do when the master's mask has been written. */
    void whenMaskWritten(Runnable action) {
        whenMaskWritten = action;
    }

    void line(int irq, boolean high) {
        chip(irq).line(irq & 7, high);
        cascade();
    }

    /** A request that stays up until it is acknowledged. IRQ 2 arrives as IRQ 9, as the PC/AT is wired. */
    void pulse(int irq) {
        int wired = irq == CASCADE ? 9 : irq;
        chip(wired).pulse(wired & 7);
        cascade();
    }

    /** Whether a request of the master would get through. */
    boolean isOpen(int irq) {
        return master.isOpen(irq);
    }

    boolean requested() {
        return master.requested();
    }

    /** The vector that the processor reads in its acknowledge cycle. */
    int acknowledge() {
        int input = master.acknowledge();
        if (input != CASCADE) return master.vector(input);
        int vector = slave.vector(slave.acknowledge());
        // INT falls during the acknowledge cycle, so that a further request makes a new edge.
        master.line(CASCADE, false);
        cascade();
        return vector;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, MASTER, MASTER + 1);
        ports.bytes(this, SLAVE, SLAVE + 1);
        ports.bytes(this, ELCR, ELCR + 1);
    }

    @Override
    public int in(int port) {
        int value = (port & ~1) == ELCR ? elcr(port).elcr() : at(port).in(port & 1);
        cascade();
        return value;
    }

    @Override
    public void out(int port, int value) {
        if ((port & ~1) == ELCR) elcr(port).elcr(value);
        else at(port).out(port & 1, value);
        cascade();
        if (port == MASTER + 1) whenMaskWritten.run();
    }

    private void cascade() {
        master.line(CASCADE, slave.requested());
    }

    private Pic chip(int irq) {
        return irq < 8 ? master : slave;
    }

    private Pic at(int port) {
        return (port & ~1) == MASTER ? master : slave;
    }

    private Pic elcr(int port) {
        return port == ELCR ? master : slave;
    }
}
