package org.sidestep.machine.ia32.device;

/**
 * The devices of a PC behind its I/O ports, and the wires between them. Device time is machine time in processor cycles.
 *
 * <p>The processor calls {@link #advanceTo} whenever its clock has reached {@link #nextEvent} and before every {@link #in}
 * and {@link #out}; after each of these calls it asks {@link #interruptRequested} again.
 */
public final class Board {

    private static final int POST = 0x80;
    private static final int DEBUG_CONSOLE = 0xE9;
    private static final int EXIT = 0xF4;

    private static final int IRQ_TIMER = 0;
    private static final int IRQ_COM1 = 4;
    private static final int IRQ_RTC = 8;

    private final Console console = new Console();
    private PicPair pics = new PicPair();
    private Pit pit;
    private Rtc rtc;
    private Uart uart = new Uart(console);
    private int post;
    private int exitCode = -1;
    private boolean init;
    private long now;
    private long nextEvent;

    /** Devices as the firmware of a PC leaves them, for a processor of {@code kiloHertz}, at cycle 0. */
    public Board(int kiloHertz) {
        pit = new Pit(kiloHertz);
        rtc = new Rtc(kiloHertz);
        wire();
    }

    /** The cycle at which a device changes by itself; {@link Long#MAX_VALUE} if never. */
    public long nextEvent() {
        return nextEvent;
    }

    /** Lets the devices live until {@code cycle}, which never goes back. */
    public void advanceTo(long cycle) {
        while (nextEvent <= cycle) {
            now = nextEvent;
            rtc.advanceTo(now);
            wire();
        }
        now = cycle;
    }

    /** The INTR pin of the processor. */
    public boolean interruptRequested() {
        return pics.requested();
    }

    /** Pulls the INIT pin of the processor, which starts over at the reset vector before its next instruction. */
    public void requestInit() {
        init = true;
    }

    /** Whether the INIT pin has been pulled since the processor last asked. */
    public boolean initRequested() {
        boolean requested = init;
        init = false;
        return requested;
    }

    /** The interrupt acknowledge cycle: the vector to deliver. */
    public int acknowledge() {
        return pics.acknowledge();
    }

    /**
     * Raises interrupt request {@code irq} from outside until it is acknowledged.
     *
     * @throws IllegalArgumentException if {@code irq} is not 0..15
     */
    public void pulse(int irq) {
        if (irq < 0 || irq > 15) throw new IllegalArgumentException("no interrupt request line " + irq);
        pics.pulse(irq);
    }

    /** Reads {@code size} (1, 2 or 4) bytes from consecutive ports; where nothing answers, all ones. */
    public int in(int port, int size) {
        rtc.advanceTo(now);
        int value = 0;
        for (int i = 0; i < size; i++) value |= (readByte(port + i & 0xFFFF) & 0xFF) << 8 * i;
        wire();
        return value;
    }

    /** Writes {@code size} (1, 2 or 4) bytes to consecutive ports. */
    public void out(int port, int size, int value) {
        rtc.advanceTo(now);
        for (int i = 0; i < size; i++) writeByte(port + i & 0xFFFF, value >> 8 * i & 0xFF);
        wire();
    }

    /** Characters arrive at the serial port. */
    public void type(byte[] characters) {
        for (byte character : characters) uart.type(character);
        wire();
    }

    /** Whether the guest has written to the exit port. */
    public boolean exited() {
        return exitCode >= 0;
    }

    /** The first byte written to the exit port. */
    public int exitCode() {
        return exitCode;
    }

    /** What the guest has written to the serial port and the debug console, in order. */
    public String console() {
        return console.text();
    }

    /** The state of all devices: opaque and immutable. */
    public Object save() {
        return new State(
                new PicPair(pics),
                new Pit(pit),
                new Rtc(rtc),
                new Uart(uart, console),
                console.text(),
                post,
                exitCode,
                now);
    }

    /** Goes back to a state that {@link #save} of this board returned, or of another of the same clock. */
    public void restore(Object saved) {
        State state = (State) saved;
        pics = new PicPair(state.pics);
        pit = new Pit(state.pit);
        rtc = new Rtc(state.rtc);
        uart = new Uart(state.uart, console);
        console.restore(state.console);
        post = state.post;
        exitCode = state.exitCode;
        now = state.now;
        wire();
    }

    private record State(PicPair pics, Pit pit, Rtc rtc, Uart uart, String console, int post, int exitCode, long now) {}

    private void wire() {
        pics.line(IRQ_TIMER, pit.output(now));
        pics.line(IRQ_COM1, uart.interrupt());
        pics.line(IRQ_RTC, rtc.interrupt());
        nextEvent = Math.min(pit.nextEvent(now), rtc.nextEvent());
    }

    private int readByte(int port) {
        return switch (port) {
            case PicPair.MASTER, PicPair.MASTER + 1, PicPair.SLAVE, PicPair.SLAVE + 1 -> pics.in(port);
            case PicPair.ELCR, PicPair.ELCR + 1 -> pics.in(port);
            case Pit.COUNTERS, Pit.COUNTERS + 1, Pit.COUNTERS + 2, Pit.CONTROL, Pit.PORT_B -> pit.in(port, now);
            case Rtc.INDEX, Rtc.DATA -> rtc.in(port);
            case POST -> post;
            // The value by which a guest recognises the port.
            case DEBUG_CONSOLE -> DEBUG_CONSOLE;
            default -> isUart(port) ? uart.in(port) : 0xFF;
        };
    }

    private void writeByte(int port, int value) {
        switch (port) {
            case PicPair.MASTER, PicPair.MASTER + 1, PicPair.SLAVE, PicPair.SLAVE + 1 -> pics.out(port, value);
            case PicPair.ELCR, PicPair.ELCR + 1 -> pics.out(port, value);
            case Pit.COUNTERS, Pit.COUNTERS + 1, Pit.COUNTERS + 2, Pit.CONTROL, Pit.PORT_B -> pit.out(port, value, now);
            case Rtc.INDEX, Rtc.DATA -> rtc.out(port, value);
            case POST -> post = value;
            case DEBUG_CONSOLE -> console.write(value);
            case EXIT -> exitCode = exited() ? exitCode : value;
            default -> {
                if (isUart(port)) uart.out(port, value);
            }
        }
    }

    private static boolean isUart(int port) {
        return port >= Uart.BASE && port < Uart.BASE + Uart.PORTS;
    }
}
