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
    /** A fault during the transfer lasted longer than the transfer timeout of the thread itself. */
    public static final int OWN_TRANSFER_TIMEOUT = 5 << 1;
    /** The same, of its partner. */
    public static final int PARTNER_TRANSFER_TIMEOUT = 6 << 1;
    /** The transfer was ended by ExchangeRegisters, or because one of the two threads is gone. */
    public static final int ABORTED = 7 << 1;

    /** Of {@link #MESSAGE_OVERFLOW} and those that follow it: where the number of bytes of strings begins that were copied before. */
    public static final int BYTES_SHIFT = 4;
}
