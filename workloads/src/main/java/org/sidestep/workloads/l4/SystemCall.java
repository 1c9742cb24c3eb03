package org.sidestep.workloads.l4;

/** The system calls, in the order of their links in the kernel interface page. */
public enum SystemCall {
    SPACE_CONTROL,
    THREAD_CONTROL,
    PROCESSOR_CONTROL,
    MEMORY_CONTROL,
    IPC,
    LIPC,
    UNMAP,
    EXCHANGE_REGISTERS,
    SYSTEM_CLOCK,
    THREAD_SWITCH,
    SCHEDULE;

    /** Offset of the first link from the start of the kernel interface page. */
    static final int FIRST_LINK = 0xD0;
}
