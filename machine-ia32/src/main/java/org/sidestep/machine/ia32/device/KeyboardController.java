package org.sidestep.machine.ia32.device;

/** The keyboard controller. */
final class KeyboardController implements Device {
    static final int DATA = 0x60;
    static final int COMMAND = 0x64;

    private final SystemControl control;

    KeyboardController(SystemControl control) {
        this.control = control;
    }

    KeyboardController(KeyboardController other, SystemControl control) {
        this(control);
    }

    @Override
    public int in(int port) {
        return port == COMMAND ? 0 : 0xFF;
    }

    @Override
    public void out(int port, int value) {
        if (port == COMMAND && value == 0xFE) control.requestReset("the keyboard controller");
    }

    void type(int character) {}
}
