package org.sidestep.lab.calibrate;

/** A measured row cannot be run: its name, the assembler, or the machine says why. */
final class NotExecuted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotExecuted(String reason, Throwable cause) {
        super(reason, cause);
    }
}
