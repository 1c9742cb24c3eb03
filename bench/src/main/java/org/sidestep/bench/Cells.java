package org.sidestep.bench;

import java.util.List;
import java.util.Locale;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.experiment.ExperimentReader;

/** What the benchmarks work on: a real kernel with a real workload. */
final class Cells {

    private Cells() {}

    /** Strict ping-pong between two address spaces, practically without end. */
    static Cell pingPong(String cpu) {
        return cell(String.format(Locale.ROOT, """
                name: bench
                matrix:
                  machine: ia32
                  cpu: %s
                  kernel: {id: l4, entry: sysenter}
                  scheduler: priority-rr
                  ipc: strict
                  validation: twin
                  workload: {id: ping-pong, space: inter, rounds: 10_000_000}
                """, cpu));
    }

    /** A workload under lazy switching with the shortest tick, as the contract of policies has it. */
    static Cell lazy(String cpu, String workload) {
        return cell(String.format(Locale.ROOT, """
                name: bench
                matrix:
                  machine: ia32
                  cpu: %s
                  kernel: {id: l4, entry: sysenter, fastpath: on, tick: 100}
                  scheduler: priority-rr
                  ipc: lazy
                  validation: twin
                  workload: %s
                """, cpu, workload));
    }

    private static Cell cell(String experiment) {
        return new ExperimentReader(PluginLoader.fromClassPath(), List.of())
                .read("bench", experiment)
                .cells()
                .get(0);
    }
}
