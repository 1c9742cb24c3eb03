package org.sidestep.machine.ia32.device;

/** The port at which Bochs and QEMU take a guest's messages. A port that somebody listens to, and no device, is one more. */
final class DebugConsole implements Device {
    private static final int PORT = 0xE9;

    private final Console console;

    DebugConsole(Console console) {
        this.console = console;
    }

    /** Comes last, since it takes what is left. */
    @Override
    public void connect(Ports ports) {
        ports.bytes(this, PORT, PORT);
        for (int port : ports.onlyListenedTo()) ports.bytes(this, port, port);
    }

    /** The value by which a guest recognises it. */
    @Override
    public int in(int port) {
        return PORT;
    }

    @Override
    public void out(int port, int value) {
        if (port == PORT) console.debug(value);
    }
}
