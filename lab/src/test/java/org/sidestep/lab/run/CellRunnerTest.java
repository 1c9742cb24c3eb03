package org.sidestep.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Timeline.Slice;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.testkit.TestCell;

class CellRunnerTest {

    @Test
    void iPCsThroughTheKernelAreCountedAndTimed() {
        CellResult result = run("{ipc: kernel-switch, workload: {id: script, rounds: 3}}");

        assertThat(result.status()).isEqualTo(Status.OK);
        assertThat(result.metrics().distributions().get("roundtrip.cycles"))
                .isEqualTo(new Distribution(200, 200, 200, 200, 200, 3));
        assertThat(result.metrics().distributions().get("oneway.cycles").median())
                .isEqualTo(100);
        assertThat(result.metrics().counts())
                .containsEntry("cycles.total", 607.0)
                .containsEntry("ipc.kernel", 6.0)
                .containsEntry("ipc.user", 0.0)
                .containsEntry("ipc.kernel.per-round", 2.0)
                .containsEntry("kernel.entries", 7.0)
                .containsEntry("kernel.entries.ipc", 6.0)
                .containsEntry("kernel.entries.interrupt", 1.0)
                .containsEntry("kernel.entries.syscall", 0.0)
                .containsEntry("kernel.vectors.32", 1.0)
                .containsEntry("fixup.count", 0.0);
        assertThat(result.metrics()
                        .distributions()
                        .get("fixup.unchanged.cycles")
                        .max())
                .isEqualTo(7);
    }

    @Test
    void aChainOfSwitchesAtUserLevelEndsInOneFixup() {
        CellResult result = run("{ipc: user-switch, workload: {id: script, rounds: 3}}");

        assertThat(result.metrics().counts())
                .containsEntry("ipc.kernel", 0.0)
                .containsEntry("ipc.user.per-round", 2.0)
                .containsEntry("fixup.count", 1.0);
        assertThat(result.metrics().distributions().get("fixup.chain.cycles").count())
                .isEqualTo(1);
        assertThat(result.metrics().distributions()).doesNotContainKey("fixup.pair.cycles");
    }

    @Test
    void theTimelineTellsUserLevelFromKernelAndWhomTheKernelBelievesIn() {
        List<Slice> strict = run("{ipc: kernel-switch, workload: {id: script, rounds: 1, work: 50}}")
                .timeline()
                .slices();
        List<Slice> lazy = run("{ipc: user-switch, workload: {id: script, rounds: 1}}")
                .timeline()
                .slices();

        assertThat(strict)
                .startsWith(
                        new Slice(0, 50, false, "A", "A"),
                        new Slice(50, 150, true, "A", "A"),
                        new Slice(150, 250, true, "B", "B"));
        assertThat(lazy).startsWith(new Slice(0, 10, false, "A", "A"), new Slice(10, 20, false, "B", "A"));
    }

    @Test
    void aTripleFaultKeepsItsWholeExplanation() {
        CellResult result = run("{ipc: user-switch, workload: {id: script, ends: triple-fault}}");

        assertThat(result.reason().lines()).containsExactly("triple fault: #PF while delivering #DF", "registers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "badly | FAILED | the guest ended with code 3: out of luck",
                "never | LIMIT | did not end within 500,000,000 cycles (limit.cycles)",
                "triple-fault | FAILED | triple fault: #PF while delivering #DF",
                "unmeasured | FAILED | measuring never began: 'begin' was not passed",
                "unfit | NOT_APPLICABLE | this workload needs two address spaces",
                "bug | FAILED | cannot be assembled: no such label",
                "half-packed | FAILED | cannot be assembled: java.lang.NoClassDefFoundError: org/example/Missing",
                "assertion | FAILED | cannot be assembled: java.lang.AssertionError: never here",
                "deep | FAILED | cannot be assembled: java.lang.StackOverflowError",
                "hungry | FAILED | cannot be assembled: java.lang.OutOfMemoryError: no memory"
            })
    void aCellThatFailsSaysWhy(String ends, Status status, String reason) {
        CellResult result = run("{ipc: user-switch, workload: {id: script, ends: " + ends + "}}");

        assertThat(result.status()).isEqualTo(status);
        assertThat(result.shortReason()).startsWith(reason);
        assertThat(result.metrics().flat()).isEqualTo(Map.of());
    }

    @Test
    void aWorkloadThatMakesNoSenseUnderAPolicyIsNotApplicableAndNoFailure() {
        Cell cell = TestCell.defaults()
                .with(Axis.IPC, "floor")
                .with(Axis.WORKLOAD, "hostile")
                .cell();
        CellResult result = CellRunner.run(CellRunner.assemble(cell), false);
        assertThat(result.status()).isEqualTo(Status.NOT_APPLICABLE);
        assertThat(result.reason()).isEqualTo("user-level threads have nobody to lie to");
    }

    @Test
    void anAssemblyThatDoesNotEndIsGivenUpAndSaysWhereItIs() {
        Assembly assembly =
                new Assembly(cell("{ipc: user-switch, workload: {id: script, ends: endless}}"), Cell::assemble);
        CellResult result = assembly.within(Duration.ofMillis(300)).refusal();

        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.shortReason())
                .startsWith("cannot be assembled: not done in PT0.3S")
                .contains("ScriptKernel.java:");
    }

    private static Cell cell(String block) {
        return new ExperimentReader(Catalogs.fakes(), List.of())
                .read("x.yaml", "{name: x, matrix: " + block + "}")
                .cells()
                .get(0);
    }

    private static CellResult run(String block) {
        return CellRunner.run(CellRunner.assemble(cell(block)), false);
    }
}
