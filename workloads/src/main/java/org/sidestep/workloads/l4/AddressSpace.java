package org.sidestep.workloads.l4;

import java.util.ArrayList;
import java.util.List;

/** An address space of the workload. */
public final class AddressSpace {

    private final String name;
    private final List<UserThread> threads = new ArrayList<>();

    AddressSpace(String name) {
        this.name = name;
    }

    public String name() {
        return name;
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
