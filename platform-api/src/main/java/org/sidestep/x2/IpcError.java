package org.sidestep.x2;

/** The ErrorCode word of the UTCB after a failed Ipc: bit 0 phase, bits 1-3 cause, bits 4-31 bytes transferred. */
public final class IpcError {

    private IpcError() {}

    /** Added to a cause when it was the receive phase that failed. */
    public static final int RECEIVE = 1;

    public static final int TIMEOUT = 1 << 1;
    public static final int NO_PARTNER = 2 << 1;
    public static final int CANCELLED = 3 << 1;
    public static final int MESSAGE_OVERFLOW = 4 << 1;
}
