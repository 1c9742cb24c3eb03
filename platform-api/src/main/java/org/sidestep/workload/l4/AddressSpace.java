package org.sidestep.workload.l4;

import java.util.ArrayList;
import java.util.List;

/** An address space of the workload. */
public final class AddressSpace {

    private final String name;
    private final boolean trusted;
    private final int utcbArea;
    private final List<UserThread> threads = new ArrayList<>();

    /** @param utcbArea where its UTCBs lie: the first address of the area */
    AddressSpace(String name, boolean trusted, int utcbArea) {
        this.name = name;
        this.trusted = trusted;
        this.utcbArea = utcbArea;
    }

    public String name() {
        return name;
    }

    /** Whether the root task shares the program's memory with it and believes its reports. */
    boolean trusted() {
        return trusted;
    }

    /** Where its UTCBs lie: the first address of the area. */
    int utcbArea() {
        return utcbArea;
    }

    /** In order of creation. */
    List<UserThread> threads() {
        return threads;
    }

    /** The first thread: its id names the space. */
    UserThread first() {
        return threads.get(0);
    }
}
