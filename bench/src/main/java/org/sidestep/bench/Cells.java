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
        String experiment = """
                name: bench
                matrix:
                  machine: ia32
                  cpu: %s
                  kernel: {id: l4, entry: sysenter}
                  scheduler: priority-rr
                  ipc: strict
                  validation: twin
                  workload: {id: ping-pong, space: inter, rounds: 10_000_000}
                """;
        return new ExperimentReader(PluginLoader.fromClassPath(), List.of())
                .read("bench", String.format(Locale.ROOT, experiment, cpu))
                .cells()
                .get(0);
    }
}
