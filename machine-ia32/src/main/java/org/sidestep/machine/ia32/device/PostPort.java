package org.sidestep.machine.ia32.device;

/** The port at which firmware shows how far it has come; guests write to it to pass time. */
final class PostPort implements Device {
    private static final int PORT = 0x80;

    private int code;

    PostPort() {}

    PostPort(PostPort other) {
        code = other.code;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, PORT, PORT);
    }

    @Override
    public int in(int port) {
        return code;
    }

    @Override
    public void out(int port, int value) {
        code = value;
    }
}
