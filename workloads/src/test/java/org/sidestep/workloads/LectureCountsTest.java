package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.kernel.KernelProbes;

/** How many of a round's IPCs take the kernel: the figures of "Local IPC", statement L7. */
class LectureCountsTest {

    private static final int ROUNDS = 50;

    @ParameterizedTest
    @CsvSource({"strict, 2, 0", "lazy, 0, 2", "floor, 0, 2"})
    void thereAndBackInsideOneSpace(String policy, long inKernel, long atUserLevel) {
        expectPerRound(run("ping-pong", policy, Map.of()), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 2, 0", "lazy, 2, 0", "floor, 2, 0"})
    void thereAndBackBetweenSpaces(String policy, long inKernel, long atUserLevel) {
        expectPerRound(run("ping-pong", policy, Map.of("space", "inter")), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 3, 0", "lazy, 2, 1", "floor, 2, 2"})
    void fromAClientThroughTwoThreadsOfAServer(String policy, long inKernel, long atUserLevel) {
        expectPerRound(run("load-distribution", policy, Map.of("clients", 1, "workers", 1)), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 10, 0", "lazy, 0, 10", "floor, 0, 10"})
    void downAChainOfFiveCallsAndBack(String policy, long inKernel, long atUserLevel) {
        expectPerRound(run("chain", policy, Map.of("depth", 5)), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 2, 0", "lazy, 0, 2", "floor, 0, 2"})
    void intoAMonitorAndOut(String policy, long inKernel, long atUserLevel) {
        expectPerRound(run("monitor", policy, Map.of("critical", 0, "think", 0)), inKernel, atUserLevel);
    }

    @ParameterizedTest
    @CsvSource({"strict, 0", "lazy, 2"})
    void aChainBetweenTwoKernelEntriesTakesOneFixUpHoweverLongItIs(String policy, long fixUpsPerRound) {
        Cell cell = run("chain", policy, Map.of("depth", 7, "entries", "on"));
        assertThat(cell.count(KernelProbes.FIXUP_BEGIN)).isEqualTo(fixUpsPerRound * ROUNDS);
    }

    @ParameterizedTest
    @CsvSource({"lazy"})
    void aPreemptedPairIsFixedUp(String policy) {
        Cell cell = new Cell("preempted", policy, Map.of("verify", "on"), Map.of("tick", 100));
        assertThat(cell.run().code()).as(cell.machine.console()).isZero();
        assertThat(cell.count(KernelProbes.FIXUP_BEGIN)).isPositive();
    }

    private static Cell run(String workload, String policy, Map<String, ?> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("rounds", ROUNDS);
        Cell cell = new Cell(workload, policy, all);
        assertThat(cell.run().code()).as(cell.machine.console()).isZero();
        return cell;
    }

    private static void expectPerRound(Cell cell, long inKernel, long atUserLevel) {
        assertThat(cell.count(KernelProbes.IPC_KERNEL)).isEqualTo(inKernel * ROUNDS);
        assertThat(cell.count(KernelProbes.IPC_USER)).isEqualTo(atUserLevel * ROUNDS);
    }
}
