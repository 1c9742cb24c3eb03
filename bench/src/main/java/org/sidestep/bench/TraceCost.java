package org.sidestep.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.run.CellRunner.Assembled;
import org.sidestep.lab.run.Span;
import org.sidestep.lab.trace.Trace;
import org.sidestep.machine.Machine;

/**
 * What a trace costs the host: cells with and without it by turns, boot included, all that is measured recorded, in medians of
 * processor time. Arguments: ids of CPU models.
 */
public final class TraceCost {
    private static final int WARMUPS = 3;
    private static final int RUNS = 7;

    /** What a trace has at most if nothing is said. */
    private static final Trace.Interval INTERVAL = new Trace.Interval(Span.MEASURED, 1_000_000);

    /** The lecture's cells, long enough that booting them is the smaller part. */
    private static final List<String> WORKLOADS = List.of(
            "{id: ping-pong, call: lipc, rounds: 40_000}",
            "{id: ping-pong, space: inter, call: ipc, rounds: 40_000}",
            "{id: monitor, rounds: 10_000}",
            "{id: load-distribution, clients: 2, workers: 2, rounds: 10_000}",
            "{id: chain, depth: 2, rounds: 20_000}",
            "{id: preempted, rounds: 20_000}");

    private TraceCost() {}

    public static void main(String[] arguments) {
        System.out.println("| model | workload | events | plain, ms | traced, ms | traced : plain |");
        System.out.println("| --- | --- | ---: | ---: | ---: | ---: |");
        for (String cpu : arguments) {
            for (String workload : WORKLOADS) compare(cpu, workload);
        }
    }

    private static void compare(String cpu, String workload) {
        Assembled cell = CellRunner.assemble(Cells.lazy(cpu, workload));
        List<Double> plain = new ArrayList<>();
        List<Double> traced = new ArrayList<>();
        long events = 0;
        for (int run = -WARMUPS; run < RUNS; run++) {
            double without = milliseconds(() -> require(CellRunner.run(cell, false)));
            Traced with = new Traced(cell);
            double time = milliseconds(with::run);
            if (run < 0) continue;
            plain.add(without);
            traced.add(time);
            events = with.events();
        }
        double off = Guests.median(plain);
        double on = Guests.median(traced);
        System.out.printf(
                Locale.ROOT, "| %s | `%s` | %d | %.0f | %.0f | %.2f |%n", cpu, workload, events, off, on, on / off);
    }

    private static double milliseconds(Runnable work) {
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin) / 1e6;
    }

    private static void require(CellResult result) {
        if (!result.ok()) throw new IllegalStateException(result.reason());
    }

    /** A run with a trace, as {@code ./sidestep trace} makes it. */
    private static final class Traced {
        private final Assembled cell;
        private Machine machine;
        private Trace trace;

        private Traced(Assembled cell) {
            this.cell = cell;
        }

        private void run() {
            require(CellRunner.run(cell, false, this::begin));
            try {
                trace.finish(machine);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void begin(Machine booted) {
            machine = booted;
            try {
                trace = new Trace(booted, cell.image().orElseThrow(), INTERVAL, new ByteArrayOutputStream(), Map.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private long events() {
            return trace.events();
        }
    }
}
