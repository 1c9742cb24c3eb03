package org.sidestep.lab.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.testkit.TestCell;

/** The kernel in other layouts: still correct, and local IPC costs the same in all. */
class LayoutsOfKernelsTest {

    /** As many as the lecture's claims are tried at. */
    private static final int LAYOUTS = 30;

    private static final int FEW = 6;

    private static final int ROUNDS = 100;

    /**
     * Every family of code and data has moved in some of them: the workload checks each of its messages. What they cost does not
     * matter, so the clock is the cheapest.
     */
    @ParameterizedTest
    @MethodSource("cells")
    void messagesArriveRightInEachLayoutAndImagesDiffer(Cell cell) {
        Set<String> images = new HashSet<>();
        for (int layout = 1; layout <= FEW; layout++) {
            CellResult result = run(cell.in(layout));
            assertThat(result.ok()).as("layout %d: %s", layout, result.reason()).isTrue();
            images.add(result.image());
        }
        assertThat(images).hasSize(FEW);
    }

    static Stream<Cell> cells() {
        Map<String, Object> few = Map.of("rounds", 10, "warmup", 4, "verify", true);
        return Stream.of("strict", "lazy", "floor")
                .flatMap(ipc -> Stream.of("sysenter", "int")
                        .flatMap(entry -> Stream.of("monitor", "chain", "load-distribution")
                                .map(workload -> cell("unit", ipc, entry, workload, few))));
    }

    private static Cell cell(String ipc, String entry, String workload, Map<String, ?> parameters) {
        return cell("p3-coppermine", ipc, entry, workload, parameters);
    }

    private static Cell cell(String cpu, String ipc, String entry, String workload, Map<String, ?> parameters) {
        return TestCell.defaults()
                .with(Axis.CPU, cpu)
                .with(Axis.IPC, ipc)
                .with(Axis.KERNEL, "l4", Map.of("entry", entry))
                .with(Axis.WORKLOAD, workload, parameters)
                .cell();
    }

    private static CellResult run(Cell cell) {
        return CellRunner.run(CellRunner.assemble(cell), false);
    }

    private static double oneWay(Cell cell) {
        return run(cell).metrics().distributions().get("oneway.cycles").median();
    }

    @Test
    void theSameSeedAndNumberGiveTheSameImageAndAnotherSeedAnother() {
        Cell one = cell("lazy", "sysenter", "ping-pong", Map.of());
        Cell other = new Cell(one.plugins(), one.seed() + 1, one.maxCycles());

        assertThat(one.in(2).assemble().elf()).isEqualTo(one.in(2).assemble().elf());
        assertThat(other.in(2).assemble().elf())
                .isNotEqualTo(one.in(2).assemble().elf());
    }

    @Test
    void localIpcCostsAtMostTwentyCyclesInTheWorstOfThirtyLayouts() {
        Cell cell = cell("lazy", "sysenter", "ping-pong", Map.of("rounds", 200));
        for (int layout = 1; layout <= LAYOUTS; layout++) {
            assertThat(oneWay(cell.in(layout))).as("layout %d", layout).isLessThanOrEqualTo(20);
        }
    }

    /**
     * A guard that never leaves leads forward, in the kernel's own order and in each that is drawn. Which branches share a set of the branch
     * target buffer is chance in each of them: it holds more of them here.
     */
    @ParameterizedTest
    @MethodSource("regular")
    void noBranchOfTheKernelIsMispredictedEachTime(Cell cell) {
        for (int layout = 1; layout <= FEW; layout++) {
            assertThat(run(cell.in(layout)).metrics().counts().get("branch.mispredictions"))
                    .as("layout %d", layout)
                    .isLessThan(ROUNDS / 2.0);
        }
    }

    static Stream<Cell> regular() {
        Map<String, ?> entries = Map.of("rounds", ROUNDS, "depth", 1, "entries", true);
        return Stream.of(
                regular("strict", true, "intra", 2),
                regular("strict", true, "inter", 2),
                regular("lazy", true, "inter", 0),
                regular("strict", false, "intra", 0),
                regular("strict", false, "inter", 0),
                regular("lazy", false, "inter", 8),
                cell("lazy", "sysenter", "chain", entries));
    }

    private static Cell regular(String ipc, boolean fastpath, String space, int words) {
        return TestCell.defaults()
                .with(Axis.CPU, "p3-coppermine", Map.of("btb.entries", 16 * 512))
                .with(Axis.IPC, ipc)
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", fastpath))
                .with(
                        Axis.WORKLOAD,
                        "ping-pong",
                        Map.of("rounds", ROUNDS, "space", space, "call", "ipc", "words", words))
                .cell();
    }

    @ParameterizedTest
    @CsvSource({"8, 40", "63, 85"})
    void moreWordsThanTravelInRegistersAreCopiedInAboutACycleEach(int words, double most) {
        Cell cell = cell("lazy", "sysenter", "ping-pong", Map.of("rounds", 200, "words", words));
        for (int layout = 1; layout <= FEW; layout++) {
            assertThat(oneWay(cell.in(layout))).as("layout %d", layout).isLessThan(most);
        }
    }

    /** All sizes at which the copy may begin or end in another place. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4, 7, 9, 10, 11, 12, 17, 18, 19, 20, 33, 34, 35, 36, 61, 62})
    void messagesOfEachSizeArriveWholeAndAtUserLevel(int words) {
        Map<String, ?> some = Map.of("rounds", 5, "warmup", 1, "words", words, "verify", true);
        CellResult result = run(cell("lazy", "sysenter", "ping-pong", some));

        assertThat(result.ok()).as(result.reason()).isTrue();
        assertThat(result.metrics().counts()).containsEntry("ipc.kernel.per-round", 0.0);
    }
}
