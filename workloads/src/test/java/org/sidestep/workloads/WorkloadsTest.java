package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.NotApplicable;

class WorkloadsTest {

    private static final List<String> WORKLOADS =
            List.of("ping-pong", "monitor", "load-distribution", "chain", "preempted");
    private static final Map<String, ?> SMALL = Map.of("rounds", 20, "warmup", 3, "verify", "on");
    private static final Map<String, ?> SMALL_WITH_WORDS = Map.of("rounds", 20, "verify", "on", "words", 3);

    static Stream<Arguments> everywhere() {
        return WORKLOADS.stream()
                .flatMap(workload -> Stream.of("strict", "lazy", "floor")
                        .flatMap(policy -> Stream.of("int", "sysenter")
                                .flatMap(entry -> Stream.of("on", "off")
                                        .map(fastpath -> Arguments.of(workload, policy, entry, fastpath)))));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void endsWithAllMessagesAsTheyShouldBe(String workload, String policy, String entry, String fastpath) {
        assertSuccess(cell(workload, policy, SMALL, Map.of("entry", entry, "fastpath", fastpath)));
    }

    static Stream<Arguments> lengths() {
        return Stream.of("strict", "lazy", "floor")
                .flatMap(policy -> Stream.of("intra", "inter")
                        .flatMap(space ->
                                IntStream.of(0, 1, 2, 3, 4, 63).mapToObj(words -> Arguments.of(policy, space, words))));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void messagesOfAnyLengthArriveWhole(String policy, String space, int words) {
        assertSuccess(cell("ping-pong", policy, Map.of("rounds", 20, "verify", "on", "space", space, "words", words)));
    }

    @ParameterizedTest
    @CsvSource({
        "strict, ipc, local",
        "strict, lipc, global",
        "lazy, ipc, local",
        "lazy, ipc, global",
        "lazy, lipc, global"
    })
    void partnersInOneSpaceCanUseIpcAndGlobalIds(String policy, String call, String ids) {
        assertSuccess(
                cell("ping-pong", policy, Map.of("rounds", 20, "verify", "on", "words", 3, "call", call, "ids", ids)));
    }

    @Test
    void userLevelThreadsCannotBeReachedThroughTheKernel() {
        assertThatThrownBy(
                        () -> cell("ping-pong", "floor", Map.of("call", "ipc")).assemble())
                .isInstanceOf(NotApplicable.class)
                .hasMessageContaining("user-level threads");
    }

    @ParameterizedTest
    @CsvSource({"strict, 1", "lazy, 1", "floor, 1", "strict, 16", "lazy, 16", "floor, 16"})
    void chainsOfAnyDepthReturn(String policy, int depth) {
        assertSuccess(cell("chain", policy, Map.of("rounds", 20, "verify", "on", "depth", depth, "entries", "on")));
    }

    @ParameterizedTest
    @CsvSource({"strict", "lazy", "floor"})
    void manyClientsShareManyWorkers(String policy) {
        Map<String, ?> crowd =
                Map.of("rounds", 300, "verify", "on", "clients", 4, "workers", 8, "work", 1000, "timeslice", 100);
        assertSuccess(cell("load-distribution", policy, crowd, Map.of("tick", 100)));
    }

    @ParameterizedTest
    @CsvSource({"strict", "lazy"})
    void theMonitorExcludesItsClientsFromEachOther(String policy) {
        Map<String, ?> contended = Map.of("rounds", 300, "verify", "on", "critical", 2000, "timeslice", 100);
        assertSuccess(cell("monitor", policy, contended, Map.of("tick", 100)));
    }

    @ParameterizedTest
    @MethodSource("smallWorkloads")
    void aWrongMessageEndsTheRunWithAnExitCode(String workload, Map<String, ?> small) {
        Booted cell = cell(workload, "strict", small, Map.of()).boot();
        String leader = cell.image().observables().begin().replace(".begin", "");
        cell.runTo(leader + ".received", 1);
        cell.machine().pokePhysical(cell.address(leader + ".sequence"), new byte[] {1, 2, 3, 4});
        Outcome outcome = cell.run();
        assertThat(outcome.stop().code()).isEqualTo(5);
        assertThat(outcome.console()).contains("wrong message");
    }

    static Stream<Arguments> smallWorkloads() {
        return Stream.of(
                Arguments.of("ping-pong", SMALL_WITH_WORDS),
                Arguments.of("monitor", SMALL),
                Arguments.of("load-distribution", SMALL),
                Arguments.of("chain", SMALL),
                Arguments.of("preempted", SMALL_WITH_WORDS));
    }

    private static TestCell cell(String workload, String policy, Map<String, ?> parameters) {
        return cell(workload, policy, parameters, Map.of());
    }

    private static TestCell cell(String workload, String policy, Map<String, ?> parameters, Map<String, ?> kernel) {
        return TestCell.defaults()
                .with(Axis.IPC, policy)
                .with(Axis.KERNEL, "l4", kernel)
                .with(Axis.WORKLOAD, workload, parameters);
    }

    private static void assertSuccess(TestCell cell) {
        Outcome outcome = cell.run();
        assertThat(outcome.succeeded()).as(outcome.toString()).isTrue();
    }
}
