package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** How many of a round's IPCs take the kernel: the figures of "Local IPC", statement L7. */
class LectureCountsTest {

    private static final int ROUNDS = 50;

    @ParameterizedTest
    @CsvSource({"strict, 2, 0", "lazy, 0, 2", "floor, 0, 2"})
    void thereAndBackInsideOneSpace(String policy, int inKernel, int atUserLevel) {
        expectPerRound(run("ping-pong", policy, Map.of()), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 2, 0", "lazy, 2, 0", "floor, 2, 0"})
    void thereAndBackBetweenSpaces(String policy, int inKernel, int atUserLevel) {
        expectPerRound(run("ping-pong", policy, Map.of("space", "inter")), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 3, 0", "lazy, 2, 1", "floor, 2, 2"})
    void fromAClientThroughTwoThreadsOfAServer(String policy, int inKernel, int atUserLevel) {
        expectPerRound(run("load-distribution", policy, Map.of("clients", 1, "workers", 1)), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 10, 0", "lazy, 0, 10", "floor, 0, 10"})
    void downAChainOfFiveCallsAndBack(String policy, int inKernel, int atUserLevel) {
        expectPerRound(run("chain", policy, Map.of("depth", 5)), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 2, 0", "lazy, 0, 2", "floor, 0, 2"})
    void intoAMonitorAndOut(String policy, int inKernel, int atUserLevel) {
        expectPerRound(run("monitor", policy, Map.of("critical", 0, "think", 0)), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 0", "lazy, 2"})
    void aChainBetweenTwoKernelEntriesTakesOneFixUpHoweverLongItIs(String policy, int fixUpsPerRound) {
        Booted cell = run("chain", policy, Map.of("depth", 7, "entries", "on"));
        assertThat(cell.passed(KernelProbes.FIXUP_BEGIN)).isEqualTo(fixUpsPerRound * ROUNDS);
    }

    @ParameterizedTest
    @CsvSource({"lazy"})
    void aPreemptedPairIsFixedUp(String policy) {
        Booted cell = measured(TestCell.defaults()
                .with(Axis.IPC, policy)
                .with(Axis.KERNEL, "l4", Map.of("tick", 100))
                .with(Axis.WORKLOAD, "preempted", Map.of("verify", "on")));
        assertThat(cell.passed(KernelProbes.FIXUP_BEGIN)).isPositive();
    }

    private static Booted run(String workload, String policy, Map<String, ?> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("rounds", ROUNDS);
        return measured(TestCell.defaults().with(Axis.IPC, policy).with(Axis.WORKLOAD, workload, all));
    }

    /** The cell at the end of measuring; it ends well. */
    private static Booted measured(TestCell cell) {
        Outcome outcome = cell.run();
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
        return cell.boot()
                .count(KernelProbes.IPC_KERNEL)
                .count(KernelProbes.IPC_USER)
                .count(KernelProbes.FIXUP_BEGIN)
                .runMeasured();
    }

    private static void expectPerRound(Booted cell, int inKernel, int atUserLevel) {
        assertThat(cell.passed(KernelProbes.IPC_KERNEL)).isEqualTo(inKernel * ROUNDS);
        assertThat(cell.passed(KernelProbes.IPC_USER)).isEqualTo(atUserLevel * ROUNDS);
    }
}
