package org.sidestep.testkit.contract;

import java.util.List;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.Course;

/** Short, self-checking runs of the platform's workloads. */
final class ShortRuns {

    private ShortRuns() {}

    /** The kernel's shortest tick: a preempted thread waits no longer than that. */
    static final int TICK = 100;

    private static final String SLICE = "timeslice=" + TICK;

    /** Every way in which the platform's workloads use IPC. */
    static final List<Course> ALL = List.of(
            of("ping-pong", "space=intra", "words=0"),
            of("ping-pong", "space=intra", "words=2"),
            of("ping-pong", "space=intra", "words=3"),
            of("ping-pong", "space=intra", "words=63"),
            of("ping-pong", "space=intra", "words=5", "call=ipc"),
            of("ping-pong", "space=intra", "words=1", "ids=global"),
            of("ping-pong", "space=inter", "words=0"),
            of("ping-pong", "space=inter", "words=63"),
            of("monitor"),
            of("load-distribution", "clients=1", "workers=3"),
            of("load-distribution"),
            of("load-distribution", "clients=3", "workers=3"),
            of("chain", "depth=1"),
            of("chain", "depth=5"),
            of("chain", "depth=3", "entries=on"),
            of("preempted", "words=0"),
            of("preempted", "words=7"));

    /** Those in which the timer can be made to interrupt local IPC. */
    static final List<Course> ROUNDS = List.of(
            of("preempted", "words=2", SLICE),
            of("preempted", "words=4", SLICE),
            of("preempted", "words=14"),
            of("monitor", "think=0", "critical=0", SLICE),
            of("chain", "depth=2"));

    /** Threads of one space that call the same partner. */
    static final Course RIVALS = of("monitor", "think=0", "critical=0", SLICE);

    static Course of(String workload, String... settings) {
        return Course.of(
                workload,
                Stream.concat(Stream.of("rounds=12"), Stream.of(settings)).toArray(String[]::new));
    }

    /** Of a cell, with the workload of a course and its own kernel. */
    static TestCell in(TestCell cell, Course course) {
        return cell.with(Axis.WORKLOAD, Plugins.find(Axis.WORKLOAD, course.workload()), course.parameters());
    }
}
