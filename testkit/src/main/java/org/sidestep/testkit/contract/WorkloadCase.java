package org.sidestep.testkit.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Delivery;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/**
 * A short, self-checking run of one of the platform's workloads.
 *
 * @param race whether threads of it race to send to one receiver: who comes first is then up to the scheduler, which sees
 *     other times under other policies
 */
record WorkloadCase(String workload, Map<String, String> parameters, boolean race) {

    /** The kernel's shortest tick: a preempted thread waits no longer than that. */
    static final int TICK = 100;

    private static final String SLICE = "timeslice=" + TICK;

    private static final String WORKER = "W\\d+";
    /** Clients are A, B, C and so on; M is the monitor. */
    private static final String CLIENT = "[A-L]";

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
            race("monitor"),
            of("load-distribution", "clients=1", "workers=3"),
            race("load-distribution"),
            race("load-distribution", "clients=3", "workers=3"),
            of("chain", "depth=1"),
            of("chain", "depth=5"),
            of("chain", "depth=3", "entries=on"),
            of("preempted", "words=0"),
            of("preempted", "words=7"));

    /** Those in which the timer can be made to interrupt local IPC, with the label whose passages delimit a round. */
    static final Map<WorkloadCase, String> ROUNDS = rounds();

    /** Threads of one space that call the same partner. */
    static final WorkloadCase RIVALS = race("monitor", "think=0", "critical=0", "rounds=4", SLICE);

    private static Map<WorkloadCase, String> rounds() {
        Map<WorkloadCase, String> rounds = new LinkedHashMap<>();
        rounds.put(of("preempted", "words=2", SLICE), "A.received");
        rounds.put(of("preempted", "words=4", SLICE), "A.received");
        rounds.put(of("preempted", "words=14"), "A.received");
        rounds.put(race("monitor", "think=0", "critical=0", SLICE), "A.received");
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
        return new WorkloadCase(workload, parameters, false);
    }

    private static WorkloadCase race(String workload, String... settings) {
        return new WorkloadCase(workload, of(workload, settings).parameters, true);
    }

    /**
     * Of what the threads received, that which no policy and no interrupt may change: everything, or, where there is a race,
     * what each got from each sender. Who was first decides which worker serves whom: workers are left out, and a client's
     * replies are one stream, whoever sends them.
     */
    Map<String, List<?>> promised(Outcome outcome) {
        Map<String, List<?>> promised = new TreeMap<>();
        outcome.deliveries().forEach((thread, deliveries) -> {
            if (!race) promised.put(thread, deliveries);
            else if (thread.matches(CLIENT)) promised.put(thread, replies(deliveries));
            else if (!thread.matches(WORKER)) promised.putAll(streams(thread, deliveries));
        });
        return promised;
    }

    private static List<String> replies(List<Delivery> deliveries) {
        return deliveries.stream()
                .map(delivery -> String.format(Locale.ROOT, "tag %08x %s", delivery.tag(), delivery.words()))
                .toList();
    }

    private static Map<String, List<Delivery>> streams(String thread, List<Delivery> deliveries) {
        return deliveries.stream()
                .collect(Collectors.groupingBy(
                        delivery -> String.format(Locale.ROOT, "%s from %08x", thread, delivery.from())));
    }

    TestCell in(TestCell cell) {
        return cell.with(Axis.WORKLOAD, workload, parameters);
    }

    @Override
    public String toString() {
        return workload + " " + parameters;
    }
}
