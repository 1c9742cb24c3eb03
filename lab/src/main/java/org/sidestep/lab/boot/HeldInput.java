package org.sidestep.lab.boot;

import java.util.Optional;

/** What will be typed once the guest asks for it: guests that set up their console throw away what has come before. */
public final class HeldInput implements Input {

    private static final byte[] NOTHING = new byte[0];

    private final Input input;
    private final Optional<String> after;
    private boolean released;

    /** @param after the text that asks for it, if any */
    public HeldInput(Input input, Optional<String> after) {
        this.input = input;
        this.after = after;
        released = after.isEmpty();
    }

    boolean isHeld() {
        return !released;
    }

    /** Everything passes if the screen shows the text that asks for it. */
    void shown(String screen) {
        if (after.filter(screen::contains).isPresent()) release();
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
