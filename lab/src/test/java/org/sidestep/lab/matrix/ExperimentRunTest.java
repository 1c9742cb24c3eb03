package org.sidestep.lab.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;

/** A run of an experiment, whoever runs its cells. */
class ExperimentRunTest {

    private static final String TEXT = """
            name: x
            matrix: {ipc: [kernel-switch, user-switch], workload: {id: script, rounds: [1, 2, 3, 4], ends: [well, badly]}}
            claims:
              - {id: c, text: t, measure: cycles.total, where: {ipc: user-switch, workload.rounds: 3, workload.ends: well},
                 expect: "== 3"}
            """;

    private final Experiment experiment = new ExperimentReader(Catalogs.fakes(), List.of()).read("x.yaml", TEXT);
    private final Progress progress = new Progress();

    @TempDir
    private Path directory;

    /** Counts. */
    private static final class Progress implements RunListener {
        private final AtomicInteger expected = new AtomicInteger();
        private final List<Cell> finished = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void more(int cells) {
            expected.addAndGet(cells);
        }

        @Override
        public void finished(Cell cell, CellResult result, long milliseconds) {
            finished.add(cell);
        }
    }

    /** Another engine: its clock stands at the number of rounds; the later a cell, the sooner it is done. */
    private record Engine(int places) implements CellExecutor {
        @Override
        public CellResult run(Cell cell) {
            int rounds = cell.request().workload().parameters().integer("rounds");
            try {
                Thread.sleep(4 - rounds);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            Map<String, Double> counts = Map.of("cycles.total", (double) rounds);
            return new CellResult(
                    Status.OK,
                    "",
                    "",
                    new Metrics(new TreeMap<>(counts), new TreeMap<>()),
                    Timeline.EMPTY,
                    Collections.emptySortedSet());
        }
    }

    @Test
    void anotherEngineMayRunTheCellsInAnyOrder() {
        Results results = run(new Engine(8));

        assertThat(results.cells().keySet()).containsExactlyElementsOf(experiment.cells());
        assertThat(results.allPassed()).isTrue();
        assertThat(results).isEqualTo(run(new Engine(1)));
    }

    @Test
    void cellsThatRunInShardsGiveWhatTheyGiveOnOneMachine() {
        Results one = run(machine("one", 1));
        List<CellExecutor> shards = List.of(machine("a", 2), machine("b", 2));
        CellExecutor both = new CellExecutor() {
            @Override
            public CellResult run(Cell cell) {
                return shards.get(cell.text().length() % 2).run(cell);
            }

            @Override
            public int places() {
                return 4;
            }
        };

        assertThat(run(both)).isEqualTo(one);
        assertThat(one.cells().values().stream().map(CellResult::status)).contains(Status.OK, Status.FAILED);
    }

    @Test
    void theListenerIsToldOfEachCellOnceAndBeforeOfTheirNumber() {
        run(new Engine(3));

        assertThat(progress.finished).hasSize(progress.expected.get()).containsAll(experiment.cells());
        assertThat(progress.expected).hasValue(16);
    }

    @Test
    void anExecutorThatCannotGoOnEndsTheRun() {
        CellExecutor broken = new CellExecutor() {
            @Override
            public CellResult run(Cell cell) {
                throw new IllegalStateException("the network is gone");
            }

            @Override
            public int places() {
                return 2;
            }
        };

        assertThatThrownBy(() -> run(broken)).hasMessage("the network is gone");
    }

    private Results run(CellExecutor executor) {
        return new ExperimentRun(experiment, List.of(), true, executor, progress).run(new TreeMap<>(), Map.of());
    }

    private CellExecutor machine(String name, int places) {
        return new ThisMachine(directory.resolve(name), TreeMap::new, false, places, false, true);
    }
}
