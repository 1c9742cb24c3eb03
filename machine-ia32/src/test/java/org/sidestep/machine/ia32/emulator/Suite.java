package org.sidestep.machine.ia32.emulator;

import java.util.List;
import java.util.stream.Stream;

/** Cases that one image runs. */
record Suite(String name, List<Case> cases) {
    static Stream<Suite> all() {
        return Stream.of(
                new Suite("segments", SegmentCases.all()),
                new Suite("transfers", TransferCases.all()),
                new Suite("paging", PagingCases.all()),
                new Suite("interrupts", InterruptCases.all()),
                new Suite("tasks", TaskCases.all()),
                new Suite("virtual-8086 mode", VirtualCases.all()),
                new Suite("debugging", DebugCases.all()));
    }
}
