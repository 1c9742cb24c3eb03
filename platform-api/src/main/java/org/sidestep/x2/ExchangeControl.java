package org.sidestep.x2;

/** The control word of ExchangeRegisters: what is to be done going in, what the thread was doing coming out. */
public final class ExchangeControl {

    private ExchangeControl() {}

    // in
    /** The value for {@link #HALT_VALID}: halt the thread; clear, it resumes. */
    public static final int HALT = 1;

    public static final int ABORT_RECEIVE = 2;
    public static final int ABORT_SEND = 4;
    public static final int SET_SP = 8;
    public static final int SET_IP = 0x10;
    public static final int SET_FLAGS = 0x20;
    public static final int SET_HANDLE = 0x40;
    public static final int SET_PAGER = 0x80;
    public static final int HALT_VALID = 0x100;
    /** Asks for the old values. */
    public static final int DELIVER = 0x200;

    // out
    public static final int WAS_HALTED = 1;
    public static final int WAS_RECEIVING = 2;
    public static final int WAS_SENDING = 4;

    /** The bits of EFLAGS that it may change: CF, PF, AF, ZF, SF and OF. */
    public static final int USER_FLAGS = 0x8D5;
}
