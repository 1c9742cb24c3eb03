package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.machine.Stop;
import org.sidestep.workload.NotApplicable;

class WorkloadsTest {

    private static final Map<String, ?> SMALL = Map.of("rounds", 20, "warmup", 3, "verify", "on");
    private static final Map<String, ?> SMALL_WITH_WORDS = Map.of("rounds", 20, "verify", "on", "words", 3);

    static Stream<Arguments> everywhere() {
        return Cell.WORKLOADS.stream()
                .flatMap(workload -> Stream.of("strict", "lazy", "floor")
                        .flatMap(policy -> Stream.of("int", "sysenter")
                                .flatMap(entry -> Stream.of("on", "off")
                                        .map(fastpath -> Arguments.of(workload, policy, entry, fastpath)))));
    }

    @ParameterizedTest
    @MethodSource("everywhere")
    void endsWithAllMessagesAsTheyShouldBe(String workload, String policy, String entry, String fastpath) {
        Cell cell = new Cell(workload, policy, SMALL, Map.of("entry", entry, "fastpath", fastpath));
        assertSuccess(cell);
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
        assertSuccess(
                new Cell("ping-pong", policy, Map.of("rounds", 20, "verify", "on", "space", space, "words", words)));
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
        assertSuccess(new Cell(
                "ping-pong", policy, Map.of("rounds", 20, "verify", "on", "words", 3, "call", call, "ids", ids)));
    }

    @Test
    void userLevelThreadsCannotBeReachedThroughTheKernel() {
        assertThatThrownBy(() -> new Cell("ping-pong", "floor", Map.of("call", "ipc")))
                .isInstanceOf(NotApplicable.class)
                .hasMessageContaining("user-level threads");
    }

    @ParameterizedTest
    @CsvSource({"strict, 1", "lazy, 1", "floor, 1", "strict, 16", "lazy, 16", "floor, 16"})
    void chainsOfAnyDepthReturn(String policy, int depth) {
        assertSuccess(new Cell("chain", policy, Map.of("rounds", 20, "verify", "on", "depth", depth, "entries", "on")));
    }

    @ParameterizedTest
    @CsvSource({"strict", "lazy", "floor"})
    void manyClientsShareManyWorkers(String policy) {
        Map<String, ?> crowd =
                Map.of("rounds", 300, "verify", "on", "clients", 4, "workers", 8, "work", 1000, "timeslice", 100);
        assertSuccess(new Cell("load-distribution", policy, crowd, Map.of("tick", 100)));
    }

    @ParameterizedTest
    @CsvSource({"strict", "lazy"})
    void theMonitorExcludesItsClientsFromEachOther(String policy) {
        Map<String, ?> contended = Map.of("rounds", 300, "verify", "on", "critical", 2000, "timeslice", 100);
        assertSuccess(new Cell("monitor", policy, contended, Map.of("tick", 100)));
    }

    @ParameterizedTest
    @MethodSource("smallWorkloads")
    void aWrongMessageEndsTheRunWithAnExitCode(String workload, Map<String, ?> small) {
        Cell cell = new Cell(workload, "strict", small);
        String leader = cell.image.observables().begin().replace(".begin", "");
        cell.runTo(leader + ".received");
        cell.machine.pokePhysical(cell.address(leader + ".sequence"), new byte[] {1, 2, 3, 4});
        assertThat(cell.run().code()).isEqualTo(5);
        assertThat(cell.machine.console()).contains("wrong message");
    }

    static Stream<Arguments> smallWorkloads() {
        return Stream.of(
                Arguments.of("ping-pong", SMALL_WITH_WORDS),
                Arguments.of("monitor", SMALL),
                Arguments.of("load-distribution", SMALL),
                Arguments.of("chain", SMALL),
                Arguments.of("preempted", SMALL_WITH_WORDS));
    }

    private static void assertSuccess(Cell cell) {
        Stop stop = cell.run();
        assertThat(stop.kind()).as(stop.reason() + cell.machine.console()).isEqualTo(Stop.Kind.EXIT);
        assertThat(stop.code()).as(cell.machine.console()).isZero();
    }
}
