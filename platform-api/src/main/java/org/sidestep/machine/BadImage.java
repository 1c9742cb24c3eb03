package org.sidestep.machine;

/** An image that cannot be loaded; the message names what is wrong with it. */
public final class BadImage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadImage(String message) {
        super(message);
    }
}
