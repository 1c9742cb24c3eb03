package org.sidestep.machine;

/**
 * Why the machine stopped.
 *
 * @param code for {@link Kind#EXIT} the byte written to the exit port, else 0
 * @param reason one line for a person; for a triple fault, followed by the full explanation on further lines
 */
public record Stop(Kind kind, int code, String reason) {
    public enum Kind {
        /** The guest wrote to the exit port. */
        EXIT,
        CYCLE_LIMIT,
        INSTRUCTION_LIMIT,
        /** Execution is at a {@link Debugger#breakpoint}. */
        BREAKPOINT,
        /** One step was made. */
        STEP,
        /** HLT with nothing that could ever wake the processor. */
        HALTED,
        TRIPLE_FAULT,
        /** The guest, or its shutdown, asked for a reset of a machine that does not restart. */
        RESET,
        /** The guest used what does not exist, and {@link BootConfiguration#strict} was set. */
        UNDEFINED,
        /** {@link BootedMachine#requestStop} was called. */
        REQUEST
    }
}
