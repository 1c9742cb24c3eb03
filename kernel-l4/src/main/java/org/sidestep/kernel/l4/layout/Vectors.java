package org.sidestep.kernel.l4.layout;

/** Interrupt vectors. */
public final class Vectors {

    private Vectors() {}

    public static final int DEBUG = 1;
    public static final int INVALID_OPCODE = 6;
    public static final int DEVICE_NOT_AVAILABLE = 7;
    public static final int INVALID_TSS = 10;
    public static final int GENERAL_PROTECTION = 13;
    public static final int PAGE_FAULT = 14;
    public static final int EXCEPTIONS = 32;

    /** First of the sixteen lines of the two 8259s. */
    public static final int IRQ = 0x20;

    public static final int TIMER = IRQ;
    /** Ipc, if the kernel is entered by interrupt. */
    public static final int IPC = 0x30;
    /** Every other system call; which one, the stub's address tells. */
    public static final int SYSTEM_CALL = 0x31;

    public static final int COUNT = 0x32;
}
