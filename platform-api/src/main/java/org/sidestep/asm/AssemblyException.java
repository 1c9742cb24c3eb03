package org.sidestep.asm;

/** A mistake in emitted code: an operand combination without an encoding, an unbound label, an overlap. */
public final class AssemblyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AssemblyException(String message) {
        super(message);
    }
}
