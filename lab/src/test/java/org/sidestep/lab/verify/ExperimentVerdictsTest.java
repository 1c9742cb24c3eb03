package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Origin;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Verdict;

/** An experiment that asks for verdicts. */
class ExperimentVerdictsTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    private static final String TEXT = """
            name: x
            verify: singles
            defaults: {cpu: p3-coppermine, kernel: {id: l4, entry: sysenter}, scheduler: priority-rr}
            matrix:
              {ipc: [lazy, floor], validation: twin, workload: {id: ping-pong, words: [0, 2]}}
            """;

    private final Experiment experiment = new ExperimentReader(CATALOG, List.of()).read("x.yaml", TEXT);

    @TempDir
    private Path directory;

    /** What is tried, and how much of it now. */
    private static final class Seen implements Verification.Listener {
        private final List<Cell> subjects = new ArrayList<>();
        private final AtomicLong earlier = new AtomicLong();
        private final AtomicLong now = new AtomicLong();

        @Override
        public void begins(Cell subject, Campaign.Plan plan) {
            subjects.add(subject);
        }

        @Override
        public void done(long trials, boolean before) {
            (before ? earlier : now).addAndGet(trials);
        }
    }

    @Test
    void cellsOfOnePolicyShareAVerdictWhichIsComeToOnceAndResumed() {
        Seen first = new Seen();
        Map<Cell, Verdict> verdicts = verdicts(false, first);
        assertThat(first.subjects).hasSize(1);
        assertThat(verdicts).hasSize(2).allSatisfy((cell, verdict) -> {
            assertThat(cell.on(Axis.IPC).plugin().id()).isEqualTo("lazy");
            assertThat(verdict.passed()).isTrue();
            assertThat(verdict.trials()).isPositive();
        });
        assertThat(directory.resolve("verdict.json")).exists();

        Seen second = new Seen();
        assertThat(verdicts(true, second).toString()).isEqualTo(verdicts.toString());
        assertThat(second.now).hasValue(0);
        assertThat(second.earlier).hasValue(first.now.get());
    }

    private Map<Cell, Verdict> verdicts(boolean resume, Seen seen) {
        Origin program = Origin.onClassPath(getClass());
        return new ExperimentVerdicts(
                        experiment,
                        CATALOG,
                        verify -> new Verification(
                                CATALOG, verify.bound(), program, List.of(Course.of("chain", "depth=1"))))
                .in(directory, resume, 2, seen);
    }
}
