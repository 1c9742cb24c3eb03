package org.sidestep.workloads.l4;

/** The system calls, each with the offset of its link in the kernel interface page. */
public enum SystemCall {
    SPACE_CONTROL(0xD0),
    THREAD_CONTROL(0xD4),
    PROCESSOR_CONTROL(0xD8),
    MEMORY_CONTROL(0xDC),
    IPC(0xE0),
    LIPC(0xE4),
    UNMAP(0xE8),
    EXCHANGE_REGISTERS(0xEC),
    SYSTEM_CLOCK(0xF0),
    THREAD_SWITCH(0xF4),
    SCHEDULE(0xF8);

    static final int FIRST_LINK = 0xD0;

    private final int link;

    SystemCall(int link) {
        this.link = link;
    }

    /** Offset of its entry in the table of calls: links in the page's order, made addresses. */
    public int entry() {
        return link - FIRST_LINK;
    }
}
