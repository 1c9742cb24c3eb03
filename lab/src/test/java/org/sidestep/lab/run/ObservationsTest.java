package org.sidestep.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.Distribution;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;

/** Whoever records something more is one more in the list. */
class ObservationsTest {

    /** Writes down what it is told. */
    private static final class Log implements Recorder {
        private final List<String> log = new ArrayList<>();

        @Override
        public void begin(Machine machine) {
            log.add("begin");
        }

        @Override
        public void end(Machine machine) {
            log.add("end");
        }

        @Override
        public void started(String interval, int parts, Machine machine) {
            log.add("start " + interval);
        }

        @Override
        public void stopped(String interval, Machine machine) {
            log.add("stop " + interval);
        }

        @Override
        public void passed(String probe, Machine machine) {
            log.add(probe);
        }

        @Override
        public void report(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {
            counts.put("log.lines", (double) log.size());
        }
    }

    @Test
    void aRecorderIsToldWhatHappensBetweenBeginAndEndAndAddsItsOwnMetrics() {
        Cell cell = new ExperimentReader(Catalogs.fakes(), List.of())
                .read("x.yaml", "{name: x, matrix: {ipc: user-switch, workload: {id: script, rounds: 5}}}")
                .cells()
                .get(0);
        KernelImage image = CellRunner.assemble(cell).image().orElseThrow();
        Machine machine = cell.boot(image);
        Log log = new Log();
        Tally tally = new Tally();
        Observations observations = Observations.of(machine, image, List.of(tally, log));

        machine.run(Limits.cycles(cell.maxCycles()));

        assertThat(log.log).startsWith("begin").endsWith("end").containsOnlyOnce("begin", "end");
        long switches = log.log.stream().filter(KernelProbes.IPC_USER::equals).count();
        assertThat(switches).isGreaterThanOrEqualTo(2 * 5);
        assertThat(observations.metrics().counts())
                .containsEntry("log.lines", (double) log.log.size())
                .containsEntry(KernelProbes.IPC_USER, (double) switches)
                .doesNotContainKey("cycles.total");
        assertThat(observations.metrics().distributions()).isEmpty();
    }
}
