package org.sidestep.testkit.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.TestCell;

/** A short, self-checking run of one of the platform's workloads. */
record WorkloadCase(String workload, Map<String, String> parameters) {

    /** Every way in which the platform's workloads use IPC. */
    static final List<WorkloadCase> ALL = List.of(
            of("ping-pong", "space=intra", "words=0"),
            of("ping-pong", "space=intra", "words=2"),
            of("ping-pong", "space=intra", "words=3"),
            of("ping-pong", "space=intra", "words=63"),
            of("ping-pong", "space=intra", "words=5", "call=ipc"),
            of("ping-pong", "space=intra", "words=1", "ids=global"),
            of("ping-pong", "space=inter", "words=0"),
            of("ping-pong", "space=inter", "words=63"),
            of("monitor"),
            of("load-distribution"),
            of("load-distribution", "workers=3", "clients=3"),
            of("chain", "depth=1"),
            of("chain", "depth=5"),
            of("chain", "depth=3", "entries=on"),
            of("preempted", "words=0"),
            of("preempted", "words=7"));

    /** Those in which the timer can be made to interrupt local IPC, with the label whose passages delimit a round. */
    static final Map<WorkloadCase, String> ROUNDS = rounds();

    private static Map<WorkloadCase, String> rounds() {
        Map<WorkloadCase, String> rounds = new LinkedHashMap<>();
        rounds.put(of("preempted", "words=2"), "A.received");
        rounds.put(of("preempted", "words=4"), "A.received");
        rounds.put(of("monitor", "think=0", "critical=0"), "A.received");
        rounds.put(of("chain", "depth=2"), "T0.received");
        return rounds;
    }

    static WorkloadCase of(String workload, String... settings) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("rounds", "12");
        parameters.put("warmup", "2");
        parameters.put("verify", "on");
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            parameters.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return new WorkloadCase(workload, parameters);
    }

    TestCell in(TestCell cell) {
        return cell.with(Axis.WORKLOAD, workload, parameters);
    }

    @Override
    public String toString() {
        return workload + " " + parameters;
    }
}
