package org.sidestep.verify;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.Workload;

/**
 * A workload on which a policy is tried: short, and so that interrupts take effect soon.
 *
 * @param workload its id
 * @param parameters its parameters, as an experiment file has them
 * @param kernel parameters of the kernel that go with it
 */
public record Course(String workload, Map<String, String> parameters, Map<String, String> kernel) {

    /** 110,000 cycles of {@link #MHZ}: a preempted thread waits no longer than that. */
    private static final String TICK = "2200";

    /** A slow clock: at boot the kernel counts for some milliseconds how fast it is, which is most of what a short run takes. */
    private static final String MHZ = "50";

    /** Megabytes, more than any of the workloads needs: each course keeps a machine for each who tries something on it at once. */
    private static final String MEMORY = "32";

    /** With a slice of one tick, each timer interrupt takes the processor away from the thread that runs. */
    private static final String PREEMPTED = "timeslice=150";

    /** Where threads keep the processor, ticks are near to each other, and a slice has two: who comes to run in between has used up none of it. */
    private static final String SHORT_TICK = "220";

    /** No tick falls into a long run: only before one comes can a trial be known to go on as another did. */
    private static final String LONG_TICK = "10000";

    /** As many cycles of {@link #MHZ}. */
    private static final String GREED = "greed=11000";

    private static final String TWO_TICKS = "timeslice=440";

    /** With a long one it only interrupts. */
    private static final String INTERRUPTED = "timeslice=100000";

    /** Every way in which the platform's workloads use local and regular IPC. */
    public static final List<Course> DEFAULTS = List.of(
            of("neighbours", "words=2", "strangers=on", PREEMPTED),
            of("neighbours", "words=2", INTERRUPTED),
            of("neighbours", "words=2", "yield=on", INTERRUPTED),
            of("neighbours", "words=2", "call=ipc", "strangers=on", PREEMPTED),
            of("neighbours", "words=5", "lodger=on", GREED, "rounds=1", TWO_TICKS)
                    .ticking(SHORT_TICK),
            of("monitor", "think=0", "critical=0", PREEMPTED),
            of("monitor", "think=20", "critical=20", PREEMPTED),
            of("chain", "depth=2"),
            of("load-distribution", "clients=2", "workers=2"),
            of("ping-pong", "space=intra", "words=5", "call=ipc"),
            of("ping-pong", "space=intra", "words=1", "ids=global"),
            of("ping-pong", "space=intra", "words=5", "ids=global"),
            of("ranks", PREEMPTED),
            of("ranks", "middle=outside", INTERRUPTED),
            of("meddlers", "words=2", INTERRUPTED),
            of("meddlers", "words=5", "queued=on", "ids=global", PREEMPTED),
            of("meddlers", "words=2", "timed=on", INTERRUPTED),
            of("meddlers", "words=5", "device=on", "client=on", PREEMPTED),
            of("forms", "form=words", PREEMPTED),
            of("forms", "form=strings", PREEMPTED),
            of("forms", "form=errors", PREEMPTED),
            of("forms", "form=proxy", PREEMPTED),
            of("forms", "form=crowd", PREEMPTED).ticking(LONG_TICK),
            of("ways", "rounds=2", PREEMPTED).ticking(LONG_TICK),
            of("ways", "ids=global", "rounds=2", PREEMPTED).ticking(LONG_TICK),
            of("births", "rounds=2", PREEMPTED).ticking(LONG_TICK),
            of("abroad", "rounds=2", PREEMPTED).ticking(LONG_TICK));

    /** Every way in which a scheduler decides, where it is itself in question. */
    public static final List<Course> OF_SCHEDULERS = List.of(
            of("turns", "slice=" + SHORT_TICK, "cycles=11000", "rounds=1").ticking(SHORT_TICK));

    /** All of both. */
    public static final List<Course> ALL =
            Stream.concat(DEFAULTS.stream(), OF_SCHEDULERS.stream()).toList();

    /** Ids of the workloads that they are of. */
    public static final SortedSet<String> WORKLOADS = Collections.unmodifiableSortedSet(
            ALL.stream().map(Course::workload).collect(Collectors.toCollection(TreeSet::new)));

    /** A course of few rounds; settings as {@code key=value}. */
    public static Course of(String workload, String... settings) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("rounds", "6");
        parameters.put("warmup", "2");
        parameters.put("verify", "on");
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            parameters.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return new Course(workload, Collections.unmodifiableMap(parameters), Map.of("tick", TICK));
    }

    private Course ticking(String microseconds) {
        return new Course(workload, parameters, Map.of("tick", microseconds));
    }

    /** The same with another parameter of the workload. */
    Course with(String parameter, String value) {
        Map<String, String> other = new LinkedHashMap<>(parameters);
        other.put(parameter, value);
        return new Course(workload, Collections.unmodifiableMap(other), kernel);
    }

    /** The cell of {@code subject} with this course's workload. */
    Cell of(Cell subject, Workload plugin) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(subject.plugins());
        Map<String, String> known = new LinkedHashMap<>(parameters);
        known.keySet()
                .retainAll(plugin.parameters().stream().map(Parameter::name).toList());
        plugins.put(Axis.WORKLOAD, Configured.of(plugin, known));
        Cell cell = small(slow(subject.with(plugins)));
        for (Map.Entry<String, String> set : kernel.entrySet()) {
            cell = cell.with(Axis.KERNEL, set.getKey(), set.getValue());
        }
        return cell;
    }

    /** A processor whose clock cannot be set keeps its own. */
    private static Cell slow(Cell cell) {
        boolean settable = cell.on(Axis.CPU).plugin().parameters().stream()
                .anyMatch(parameter -> parameter.name().equals("mhz"));
        return settable ? cell.with(Axis.CPU, "mhz", MHZ) : cell;
    }

    private static Cell small(Cell cell) {
        Object memory = cell.on(Axis.MACHINE).parameters().asMap().get("memory");
        boolean large = memory instanceof Long megabytes && megabytes > Long.parseLong(MEMORY);
        return large ? cell.with(Axis.MACHINE, "memory", MEMORY) : cell;
    }

    @Override
    public String toString() {
        return workload + " " + parameters;
    }
}
