package org.sidestep.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Machine.Snapshot;
import org.sidestep.machine.MachineProvider;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.plugin.Configured;

/**
 * What a policy contract spends on its restores: back to a snapshot, a timer interrupt one instruction later than the last
 * time, and a run to the end. Prints the processor time of each thousand of them. Arguments: the ids of CPU models.
 */
public final class RestoreCost {
    private static final int THOUSAND = 1000;
    private static final int THOUSANDS = 3;
    /** Instructions of a round, roughly: interrupts come at all of them. */
    private static final int ROUND = 400;

    private static final int TIMER = 0;

    /** Workloads of the contract, and the label at which a round begins. */
    private static final Map<String, String> ROUNDS = new TreeMap<>(Map.of(
            "{id: preempted, words: 2, timeslice: 100, rounds: 12, warmup: 2, verify: on}", "A.received",
            "{id: preempted, words: 14, rounds: 12, warmup: 2, verify: on}", "A.received",
            "{id: chain, depth: 2, rounds: 12, warmup: 2, verify: on}", "T0.received"));

    private final Machine machine;
    private final Snapshot start;
    private final long first;

    private RestoreCost(String cpu, String workload, String label) {
        Cell cell = Cells.lazy(cpu, workload);
        KernelImage image = cell.on(Axis.KERNEL).plugin().assemble(cell.request());
        Configured<MachineProvider> provider = cell.on(Axis.MACHINE);
        machine = provider.plugin().create(provider.parameters(), cell.on(Axis.CPU));
        machine.load(image.elf());
        try (Watch breakpoint = machine.debugger().breakpoint(image.program().address(label))) {
            Stop stop = machine.run(Limits.cycles(Long.MAX_VALUE));
            if (stop.kind() != Stop.Kind.BREAKPOINT) throw new IllegalStateException(stop.reason());
        }
        start = machine.snapshot();
        first = machine.instructions();
    }

    public static void main(String[] arguments) {
        System.out.println("| model | workload | thousand | ms | instructions a restore |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (String cpu : arguments) {
            ROUNDS.forEach((workload, label) -> new RestoreCost(cpu, workload, label).measure(cpu, workload));
        }
    }

    private void measure(String cpu, String workload) {
        for (int i = 1; i <= THOUSANDS; i++) {
            long instructions = 0;
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int n = 0; n < THOUSAND; n++) {
                goBackAndRun(n);
                instructions += machine.instructions() - first;
            }
            long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %d | %d | %d |%n",
                    cpu,
                    workload,
                    i,
                    time / 1_000_000,
                    instructions / THOUSAND);
        }
    }

    private void goBackAndRun(int n) {
        machine.restore(start);
        machine.interruptAt(first + 1 + n % ROUND, TIMER);
        Stop stop = machine.run(Limits.cycles(Long.MAX_VALUE));
        if (stop.kind() != Stop.Kind.EXIT) throw new IllegalStateException(stop.reason());
    }
}
