package org.sidestep.lab.boot;

/** What will be typed once the guest asks for it: guests that set up their console throw away what has come before. */
public final class HeldInput implements Input {

    private static final byte[] NOTHING = new byte[0];

    private final Input input;
    private boolean released;

    public HeldInput(Input input) {
        this.input = input;
    }

    /** From now on everything passes. On the thread that runs the machine. */
    public void release() {
        released = true;
    }

    @Override
    public byte[] arrived() {
        return released ? input.arrived() : NOTHING;
    }

    /** A guest that has stopped for good before it asked will never ask. */
    @Override
    public boolean await(long milliseconds) {
        return (released || milliseconds > 0) && input.await(milliseconds);
    }

    @Override
    public boolean isLive() {
        return input.isLive();
    }

    @Override
    public void close() {
        input.close();
    }
}
