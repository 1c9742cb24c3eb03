package org.sidestep.machine.ia32.device;

/**
 * How a PC tells of floating-point errors while CR0.NE is clear: FERR# becomes interrupt request 13, and a write to port F0
 * answers it and lets floating point go on (IGNNE#) until the error is gone (SDM vol. 1, appendix D.2).
 */
final class CoprocessorError implements Device {
    static final int CLEAR = 0xF0;

    private boolean pending;
    private boolean requested;
    private boolean ignored;

    CoprocessorError() {}

    CoprocessorError(CoprocessorError other) {
        pending = other.pending;
        requested = other.requested;
        ignored = other.ignored;
    }

    /** An instruction waits because of an error; whether it may go on all the same. */
    boolean report() {
        pending = true;
        requested |= !ignored;
        return ignored;
    }

    /** No error is pending any more. */
    void settled() {
        pending = false;
        ignored = false;
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, CLEAR, CLEAR);
    }

    @Override
    public void drive(InterruptLines lines) {
        lines.set(InterruptLines.COPROCESSOR, requested);
    }

    @Override
    public void out(int port, int value) {
        ignored = pending;
        requested = false;
    }
}
