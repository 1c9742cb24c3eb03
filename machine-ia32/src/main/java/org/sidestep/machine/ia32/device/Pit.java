package org.sidestep.machine.ia32.device;

/**
 * The 8254 interval timer of a PC with the part of system control port B that belongs to it: channel 0 drives IRQ 0,
 * channel 1 the memory refresh, channel 2 the speaker.
 */
final class Pit implements Device {

    static final int COUNTERS = 0x40;
    static final int CONTROL = 0x43;
    static final int PORT_B = 0x61;
    static final int HERTZ = 1_193_182;

    // spotless:off
    private static final int PORT_B_GATE2 = 0x01, PORT_B_SPEAKER = 0x02, PORT_B_REFRESH = 0x10, PORT_B_OUT2 = 0x20;
    private static final int READ_BACK = 3, READ_BACK_NO_COUNT = 0x20, READ_BACK_NO_STATUS = 0x10;
    // spotless:on

    private final Clock clock;
    private final PitChannel[] channels;
    private boolean speaker;
    /** Ticks. */
    private long now;

    /** As power leaves it, but with the refresh request every 15 us that firmware takes for a clock. */
    Pit(int kiloHertz) {
        clock = new Clock(kiloHertz * 1000L, HERTZ);
        channels = new PitChannel[] {new PitChannel(true), new PitChannel(true), new PitChannel(false)};
        channels[1].control(0x54);
        channels[1].write(18, 0);
    }

    /** What firmware does at cycle 0: the clock tick of 18.2 Hz. */
    void afterFirmware() {
        channels[0].control(0x36);
        channels[0].write(0, 0);
        channels[0].write(0, 0);
    }

    Pit(Pit other) {
        clock = other.clock;
        channels = new PitChannel[3];
        for (int i = 0; i < 3; i++) channels[i] = new PitChannel(other.channels[i]);
        speaker = other.speaker;
        now = other.now;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, COUNTERS, CONTROL);
        ports.bytes(this, PORT_B, PORT_B);
    }

    @Override
    public void drive(InterruptLines lines) {
        lines.set(InterruptLines.TIMER, channels[0].output(now));
    }

    @Override
    public void advanceTo(long cycle) {
        now = clock.ticksAt(cycle);
    }

    /** The next cycle at which IRQ 0 changes. */
    @Override
    public long nextEvent() {
        return clock.cycleOf(channels[0].nextChange(now));
    }

    @Override
    public int in(int port) {
        if (port == PORT_B) return portB();
        return port == CONTROL ? 0xFF : channels[port - COUNTERS].read(now);
    }

    @Override
    public void out(int port, int value) {
        if (port == PORT_B) {
            speaker = (value & PORT_B_SPEAKER) != 0;
            channels[2].gate((value & PORT_B_GATE2) != 0, now);
        } else if (port == CONTROL) {
            control(value);
        } else {
            channels[port - COUNTERS].write(value, now);
        }
    }

    private int portB() {
        return (channels[2].gate() ? PORT_B_GATE2 : 0)
                | (speaker ? PORT_B_SPEAKER : 0)
                | ((channels[1].periods(now) & 1) != 0 ? PORT_B_REFRESH : 0)
                | (channels[2].output(now) ? PORT_B_OUT2 : 0);
    }

    private void control(int value) {
        int select = value >> 6;
        if (select == READ_BACK) {
            for (int i = 0; i < 3; i++) if ((value >> i + 1 & 1) != 0) readBack(channels[i], value);
        } else if ((value & 0x30) == 0) {
            channels[select].latchCount(now);
        } else {
            channels[select].control(value);
        }
    }

    private void readBack(PitChannel channel, int value) {
        if ((value & READ_BACK_NO_COUNT) == 0) channel.latchCount(now);
        if ((value & READ_BACK_NO_STATUS) == 0) channel.latchStatus(now);
    }
}
