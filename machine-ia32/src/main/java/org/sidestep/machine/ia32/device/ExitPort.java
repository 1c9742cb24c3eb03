package org.sidestep.machine.ia32.device;

/** The port by which a guest ends the run, as QEMU's isa-debug-exit does. */
final class ExitPort implements Device {
    private static final int PORT = 0xF4;

    private int code = -1;

    ExitPort() {}

    ExitPort(ExitPort other) {
        code = other.code;
    }

    /** Ends the run, unless something has. */
    void exit(int value) {
        if (code < 0) code = value;
    }

    /** What the guest has ended the run with, or -1. */
    int code() {
        return code;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, PORT, PORT);
    }

    @Override
    public void out(int port, int value) {
        exit(value);
    }
}
