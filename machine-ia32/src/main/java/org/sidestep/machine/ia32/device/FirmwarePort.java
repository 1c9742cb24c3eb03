package org.sidestep.machine.ia32.device;

/** Where built-in firmware is called, if there is any: the host's part of the board, which no snapshot holds. */
final class FirmwarePort implements Device {
    private int port = -1;
    private Runnable called = () -> {};

    /** Lets {@code firmware} answer writes at {@code at}, while the instruction executes. */
    void attach(int at, Runnable firmware) {
        port = at;
        called = firmware;
    }

    @Override
    public void connect(Ports ports) {
        if (port >= 0) ports.single(this, port);
    }

    @Override
    public void out(int at, int value) {
        called.run();
    }
}
