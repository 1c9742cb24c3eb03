package org.sidestep.machine.ia32.device;

import java.util.ArrayDeque;

/**
 * The 16550 serial port COM1 (National Semiconductor PC16550D data sheet). Characters leave at once and arrive as soon as
 * there is room: the line is as fast as the guest, so that no result depends on a baud rate. Only a guest that waits for an
 * interrupt finds a gap between them, because each must be an edge.
 */
final class Uart implements Device {

    static final int BASE = 0x3F8;
    static final int PORTS = 8;

    // spotless:off
    private static final int DATA = 0, IER = 1, IIR_FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCR = 7;
    private static final int IER_RDI = 0x01, IER_THRI = 0x02, IER_RLSI = 0x04, IER_MSI = 0x08;
    private static final int IIR_NONE = 0x01, IIR_MSI = 0x00, IIR_THRI = 0x02, IIR_RDI = 0x04, IIR_RLSI = 0x06, IIR_TIMEOUT = 0x0C, IIR_FIFO = 0xC0;
    private static final int FCR_ENABLE = 0x01, FCR_CLEAR_RECEIVE = 0x02;
    private static final int LCR_DLAB = 0x80;
    private static final int MCR_DTR = 0x01, MCR_RTS = 0x02, MCR_OUT1 = 0x04, MCR_OUT2 = 0x08, MCR_LOOP = 0x10;
    private static final int LSR_DR = 0x01, LSR_OE = 0x02, LSR_THRE = 0x20, LSR_TEMT = 0x40;
    private static final int MSR_CTS = 0x10, MSR_DSR = 0x20, MSR_RI = 0x40, MSR_DCD = 0x80, MSR_TERI = 0x04;
    // spotless:on

    private static final int FIFO_SIZE = 16;

    /** The gap, as a fraction of a millisecond: 10 us. */
    private static final int GAPS_PER_MILLISECOND = 100;

    private static final int[] TRIGGER = {1, 4, 8, 14};

    private final int gap;
    private final Console console;
    /** What the other end has sent and the guest has not yet taken. */
    private final ArrayDeque<Integer> input;

    private final ArrayDeque<Integer> received;
    private int divisor = 12;
    private int ier;
    private int fcr;
    private int lcr = 3;
    private int mcr;
    private int scr;
    private int msr = MSR_DCD | MSR_DSR | MSR_CTS;
    private boolean overrun;
    private boolean transmitterEmptyPending;
    private long now;
    private long due = Clock.NEVER;

    Uart(int kiloHertz, Console console) {
        gap = Math.max(1, kiloHertz / GAPS_PER_MILLISECOND);
        this.console = console;
        input = new ArrayDeque<>();
        received = new ArrayDeque<>();
    }

    Uart(Uart other, Console console) {
        gap = other.gap;
        this.console = console;
        input = new ArrayDeque<>(other.input);
        received = new ArrayDeque<>(other.received);
        divisor = other.divisor;
        ier = other.ier;
        fcr = other.fcr;
        lcr = other.lcr;
        mcr = other.mcr;
        scr = other.scr;
        msr = other.msr;
        overrun = other.overrun;
        transmitterEmptyPending = other.transmitterEmptyPending;
        now = other.now;
        due = other.due;
    }

    /** A character arrives on the line. */
    void type(int character) {
        input.add(character & 0xFF);
        takeInput();
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, BASE, BASE + PORTS - 1);
    }

    /** That OUT2 lets it through is the habit of most boards, and some software does not know it. */
    @Override
    public void drive(InterruptLines lines) {
        lines.set(InterruptLines.COM1, (mcr & MCR_LOOP) == 0 && identification() != IIR_NONE);
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
        takeInput();
    }

    @Override
    public int in(int port) {
        int register = port - BASE;
        if (dlab() && register <= IER) return register == DATA ? divisor & 0xFF : divisor >> 8;
        return switch (register) {
            case DATA -> readData();
            case IER -> ier;
            case IIR_FCR -> readIir();
            case LCR -> lcr;
            case MCR -> mcr;
            case LSR -> readLsr();
            case MSR -> readMsr();
            default -> scr;
        };
    }

    @Override
    public void out(int port, int value) {
        int register = port - BASE;
        if (dlab() && register <= IER) {
            divisor = register == DATA ? divisor & 0xFF00 | value : divisor & 0xFF | value << 8;
            return;
        }
        switch (register) {
            case DATA -> transmit(value);
            case IER -> writeIer(value & 0x0F);
            case IIR_FCR -> writeFcr(value);
            case LCR -> lcr = value;
            case MCR -> writeMcr(value & 0x1F);
            case SCR -> scr = value;
            default -> {}
        }
    }

    private boolean dlab() {
        return (lcr & LCR_DLAB) != 0;
    }

    private boolean fifo() {
        return (fcr & FCR_ENABLE) != 0;
    }

    private int capacity() {
        return fifo() ? FIFO_SIZE : 1;
    }

    private int readData() {
        int character = received.isEmpty() ? 0 : received.remove();
        if ((ier & IER_RDI) == 0) takeInput();
        else if (!input.isEmpty()) due = now + gap;
        return character;
    }

    private void takeInput() {
        if ((mcr & MCR_LOOP) != 0) return;
        while (!input.isEmpty() && received.size() < capacity()) received.add(input.remove());
    }

    private void transmit(int character) {
        transmitterEmptyPending = true;
        if ((mcr & MCR_LOOP) == 0) {
            console.serial(character);
        } else if (received.size() < capacity()) {
            received.add(character);
        } else {
            overrun = true;
        }
    }

    private void writeIer(int value) {
        if ((value & ~ier & IER_THRI) != 0) transmitterEmptyPending = true;
        ier = value;
    }

    private void writeFcr(int value) {
        boolean toggled = ((value ^ fcr) & FCR_ENABLE) != 0;
        fcr = value;
        if (toggled || (value & FCR_CLEAR_RECEIVE) != 0) received.clear();
        takeInput();
    }

    private void writeMcr(int value) {
        mcr = value;
        int before = msr;
        msr = (mcr & MCR_LOOP) == 0 ? MSR_DCD | MSR_DSR | MSR_CTS : looped(value);
        int changed = (before ^ msr) >> 4;
        // Of the ring indicator only the trailing edge counts.
        int deltas = changed & ~MSR_TERI | ((before & ~msr & MSR_RI) != 0 ? MSR_TERI : 0);
        msr |= before & 0x0F | deltas & 0x0F;
        takeInput();
    }

    /** In loop-back mode the modem control outputs are the modem status inputs. */
    private static int looped(int mcr) {
        return ((mcr & MCR_RTS) != 0 ? MSR_CTS : 0)
                | ((mcr & MCR_DTR) != 0 ? MSR_DSR : 0)
                | ((mcr & MCR_OUT1) != 0 ? MSR_RI : 0)
                | ((mcr & MCR_OUT2) != 0 ? MSR_DCD : 0);
    }

    private int readLsr() {
        int value = LSR_THRE | LSR_TEMT | (received.isEmpty() ? 0 : LSR_DR) | (overrun ? LSR_OE : 0);
        overrun = false;
        return value;
    }

    private int readMsr() {
        int value = msr;
        msr &= 0xF0;
        return value;
    }

    private int readIir() {
        int value = identification();
        if (value == IIR_THRI) transmitterEmptyPending = false;
        return value | (fifo() ? IIR_FIFO : 0);
    }

    /** The pending interrupt of highest priority, as the interrupt identification register shows it. */
    private int identification() {
        if ((ier & IER_RLSI) != 0 && overrun) return IIR_RLSI;
        if ((ier & IER_RDI) != 0 && !received.isEmpty()) {
            int trigger = fifo() ? TRIGGER[fcr >> 6 & 3] : 1;
            return received.size() >= trigger ? IIR_RDI : IIR_TIMEOUT;
        }
        if ((ier & IER_THRI) != 0 && transmitterEmptyPending) return IIR_THRI;
        if ((ier & IER_MSI) != 0 && (msr & 0x0F) != 0) return IIR_MSI;
        return IIR_NONE;
    }
}
