package org.sidestep.machine.ia32.device;

import java.util.Optional;

/**
 * The wires to the processor's A20M# and RESET pins, and the ports that pull them directly: system control port A (92h)
 * and the reset control register (CF9h; 82371AB PIIX4 data sheet, section 4.1.6). The keyboard controller pulls them too.
 */
final class SystemControlPorts implements Device {
    static final int PORT_A = 0x92;
    static final int RESET = 0xCF9;

    // spotless:off
    private static final int PORT_A_RESET = 0x01, PORT_A_A20 = 0x02;
    private static final int RESET_CPU = 0x04;
    // spotless:on

    private boolean a20 = true;
    private int portA;
    private int reset;
    private String requested;

    SystemControlPorts() {}

    SystemControlPorts(SystemControlPorts other) {
        a20 = other.a20;
        portA = other.portA;
        reset = other.reset;
        requested = other.requested;
    }

    /** Whether address line 20 works; it does after the firmware. */
    boolean a20() {
        return a20;
    }

    void setA20(boolean on) {
        a20 = on;
    }

    /** What has asked for a reset since the last one. */
    Optional<String> resetRequest() {
        return Optional.ofNullable(requested);
    }

    void requestReset(String by) {
        requested = by;
    }

    /** The processor starts over, with its reset vector in reach; the reset bit is down, so that it can be set again. */
    void resetDone() {
        requested = null;
        portA &= ~PORT_A_RESET;
        a20 = true;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, PORT_A, PORT_A);
        ports.single(this, RESET);
    }

    @Override
    public int in(int port) {
        return port == RESET ? reset : portA & ~PORT_A_A20 | (a20 ? PORT_A_A20 : 0);
    }

    @Override
    public void out(int port, int value) {
        if (port == RESET) {
            if ((value & ~reset & RESET_CPU) != 0) requestReset("port CF9");
            reset = value & ~RESET_CPU;
            return;
        }
        // Only a rising edge of the reset bit counts.
        if ((value & ~portA & PORT_A_RESET) != 0) requestReset("port 92");
        portA = value;
        a20 = (value & PORT_A_A20) != 0;
    }
}
