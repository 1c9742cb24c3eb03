package org.sidestep.lab;

/** Something the user gave cannot be used. The message is all that the user sees: one line that names it and the remedy. */
public final class BadInput extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }
}
