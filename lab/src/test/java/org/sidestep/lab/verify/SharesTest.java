package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.Scheduler;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.faulty.FaultyPolicy;
import org.sidestep.lab.verify.faulty.FaultyScheduler;
import org.sidestep.plugin.Configured;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;

/** Who never gives way has his time slice, and not more of the others' time; and each has his turn. */
class SharesTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    /** Each third part of the round is tried. */
    private static final int EACH = 3 * 128;

    @ParameterizedTest
    @ValueSource(strings = {"lazy", "strict"})
    void aSchedulerThatGivesEachThreadItsTimeSlicePasses(String policy) {
        Verdict verdict = verdict(found(policy), new FaultyScheduler(), Map.of());
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.trials()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aSchedulerThatLetsOneKeepTheProcessorIsFoundOut(String fault) {
        requireOverrun(verdict(found("lazy"), new FaultyScheduler(), Map.of("fault", fault)));
    }

    /** The scheduler is right, and what it keeps is in reach of the policy's code in the kernel. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "slice-begins-again-at-an-entry",
                "slice-begins-again-at-a-local-switch",
                "tick-behind-a-local-switch-is-free"
            })
    void aPolicyThatLetsOneKeepTheProcessorIsFoundOut(String fault) {
        requireOverrun(verdict(
                FaultyPolicy.of(fault),
                (Scheduler) CATALOG.find(Axis.SCHEDULER, "priority-rr").extension(),
                Map.of()));
    }

    private static void requireOverrun(Verdict verdict) {
        assertThat(verdict.failures()).isNotEmpty();
        Failure failure = verdict.failures().get(0);
        if (failure.blows().isEmpty()) { // a thread that never has its turn is missed even if none spins
            assertThat(failure.kind()).isEqualTo(Failure.Kind.HANG);
            return;
        }
        assertThat(failure.kind()).isEqualTo(Failure.Kind.SHARE);
        assertThat(failure.blows().get(0).disturbance()).isEqualTo("spin");
        assertThat(failure.details().get(0)).contains("more than a time slice", "had");
    }

    static Stream<String> faults() {
        return FaultyScheduler.FAULTS.stream().skip(1);
    }

    private static IpcPolicy found(String policy) {
        return (IpcPolicy) CATALOG.find(Axis.IPC, policy).extension();
    }

    /** On the course whose threads can be made to keep the processor. */
    private static Verdict verdict(IpcPolicy policy, Scheduler scheduler, Map<String, Object> parameters) {
        Cell subject = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", "on"))
                .with(Axis.IPC, policy, Configured.defaults(policy).parameters().asMap())
                .with(Axis.SCHEDULER, scheduler, parameters)
                .within(20_000_000)
                .cell();
        Disturbance spin = (Disturbance) CATALOG.find(Axis.DISTURBANCE, "spin").extension();
        List<Course> greedy = Course.DEFAULTS.stream()
                .filter(course -> course.parameters().containsKey("greed"))
                .toList();
        FirstFailure ledger = new FirstFailure();
        return new Campaign(
                        subject,
                        found("strict"),
                        greedy,
                        List.of(new Exploration(spin, 1, Reach.ROUND)),
                        id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                        ledger)
                .endingSoon()
                .run(1, chunk -> chunk.from() % EACH == 0 && !ledger.failed);
    }

    private static final class FirstFailure implements Campaign.Ledger {
        private boolean failed;

        @Override
        public Tally find(Campaign.Chunk chunk) {
            return null;
        }

        @Override
        public void put(Campaign.Chunk chunk, Tally tally) {
            failed |= tally.failed() > 0;
        }
    }
}
