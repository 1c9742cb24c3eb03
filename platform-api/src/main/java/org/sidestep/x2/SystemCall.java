package org.sidestep.x2;

/** The system calls, each with the offset of its link in the kernel interface page. */
public enum SystemCall {
    SPACE_CONTROL(0xD0, "spaceControl"),
    THREAD_CONTROL(0xD4, "threadControl"),
    PROCESSOR_CONTROL(0xD8, "processorControl"),
    MEMORY_CONTROL(0xDC, "memoryControl"),
    IPC(0xE0, "ipc"),
    LIPC(0xE4, "lipc"),
    UNMAP(0xE8, "unmap"),
    EXCHANGE_REGISTERS(0xEC, "exchangeRegisters"),
    SYSTEM_CLOCK(0xF0, "systemClock"),
    THREAD_SWITCH(0xF4, "threadSwitch"),
    SCHEDULE(0xF8, "schedule");

    /** Offset of the first of the links, which follow each other in the order of these constants. */
    public static final int FIRST_LINK = 0xD0;

    private final int link;
    private final String text;

    SystemCall(int link, String text) {
        this.link = link;
        this.text = text;
    }

    /** Offset in the kernel interface page of the word that says where, from the page's start, the call's stub is. */
    public int link() {
        return link;
    }

    /** The name in labels. */
    public String text() {
        return text;
    }
}
