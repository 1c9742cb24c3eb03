package org.sidestep.lab.variant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.kernel.KernelImage;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.plugin.Parameter;

class SensitivityTest {

    private static final Cell CELL = cell("ping-pong");

    private static final List<Parameter> FIGURES = CELL.on(Axis.CPU).plugin().parameters().stream()
            .filter(Parameter::isDoubtful)
            .filter(figure -> figure.evidence().orElseThrow().high() != ((Number) figure.defaultValue()).longValue())
            .toList();

    private int runs;

    /** The figures that a run asks for. */
    private SortedSet<String> asked =
            new TreeSet<>(FIGURES.stream().map(Parameter::name).toList());

    @Test
    void aFigureThatMovesTheHeadlineIsFoundWhicheverItIs() {
        assertThat(FIGURES).hasSizeGreaterThan(10);
        for (Parameter figure : FIGURES) assertThat(found(List.of(figure))).containsExactly(figure.name());
    }

    @Test
    void twoThatMoveItAreFoundNextToEachOtherAndApart() {
        for (int i = 0; i < FIGURES.size(); i++) {
            for (int distance : new int[] {1, 2, 5, FIGURES.size() / 2}) {
                Parameter one = FIGURES.get(i);
                Parameter other = FIGURES.get((i + distance) % FIGURES.size());
                assertThat(found(List.of(one, other))).containsExactlyInAnyOrder(one.name(), other.name());
            }
        }
    }

    @Test
    void twoThatMoveItOnlyWhenBothAreOtherAreNoneThatItRestsOn() {
        Parameter first = FIGURES.get(0);
        Parameter last = FIGURES.get(FIGURES.size() - 1);
        assertThat(doubts(cell -> isOther(cell, first) && isOther(cell, last) ? 200 : 100))
                .isEmpty();
    }

    @Test
    void ifNothingMovesItThatTakesOneRunAndElseOneForEachHalving() {
        found(List.of());
        assertThat(runs).isEqualTo(1);
        int most = 0;
        for (Parameter figure : FIGURES) {
            runs = 0;
            found(List.of(figure));
            most = Math.max(most, runs);
        }
        int halvings = 32 - Integer.numberOfLeadingZeros(FIGURES.size());
        assertThat(most).isLessThanOrEqualTo(1 + 2 * halvings + 2);
    }

    @Test
    void whatTheRunHasNotAskedForIsNotTried() {
        asked = new TreeSet<>(Set.of(FIGURES.get(3).name()));
        assertThat(found(FIGURES)).containsExactly(FIGURES.get(3).name());
        assertThat(runs).isEqualTo(2);
    }

    @Test
    void aFigureThatTheMachineHasNotAskedForMovesNothing() {
        for (String workload : List.of("ping-pong", "preempted")) {
            Cell cell = cell(workload);
            SortedSet<String> asked = new TreeSet<>();
            KernelImage image = cell.assemble();
            try (Machine machine = cell.boot(image, asked::add)) {
                machine.run(Limits.cycles(cell.maxCycles()));
            }
            List<Parameter> unasked = FIGURES.stream()
                    .filter(figure -> !asked.contains(figure.name()))
                    .toList();
            assertThat(unasked).hasSizeBetween(FIGURES.size() / 2, FIGURES.size() - 5);
            CellResult base = run(cell);
            CellResult moved = run(high(cell, unasked));
            assertThat(moved.metrics()).isEqualTo(base.metrics());
            assertThat(moved.figures()).isEqualTo(base.figures());
        }
    }

    /** The start of a kernel charges many that measuring never does: they move when the timer ticks, which is no doubt. */
    @Test
    void aFigureThatOnlyTheStartWasChargedWithIsNotTriedAndMovesNoMedian() {
        Cell cell = cell("ping-pong");
        CellResult base = run(cell);
        List<Parameter> start = FIGURES.stream()
                .filter(figure ->
                        Set.of("serial.lgdt", "serial.ltr", "serial.wrmsr").contains(figure.name()))
                .toList();
        assertThat(start).hasSize(3);
        assertThat(base.figures())
                .contains("retirement.cycles")
                .doesNotContainAnyElementsOf(start.stream().map(Parameter::name).toList());
        assertThat(Headline.value(run(high(cell, start)))).isEqualTo(Headline.value(base));
        assertThat(run(cell("preempted")).figures()).contains("trap.cycles", "iret.cycles");
    }

    private static CellResult run(Cell cell) {
        return CellRunner.run(CellRunner.assembleToRun(cell), false);
    }

    private static Cell high(Cell cell, List<Parameter> figures) {
        Cell high = cell;
        for (Parameter figure : figures) {
            high = high.with(
                    Axis.CPU, figure.name(), figure.evidence().orElseThrow().high());
        }
        return high;
    }

    private static Cell cell(String workload) {
        return new ExperimentReader(PluginLoader.fromClassPath(), List.of())
                .read("x.yaml", """
                        name: x
                        defaults: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr, validation: twin}
                        matrix: [{ipc: lazy, workload: WORKLOAD}]
                        """.replace("WORKLOAD", workload))
                .cells()
                .get(0);
    }

    private List<String> found(List<Parameter> movers) {
        return doubts(cell -> 100
                + 10 * movers.stream().filter(figure -> isOther(cell, figure)).count());
    }

    private List<String> doubts(Function<Cell, Number> headline) {
        Function<Cell, CellResult> runner = cell -> {
            runs++;
            TreeMap<String, Double> counts = new TreeMap<>();
            counts.put("cycles.total", headline.apply(cell).doubleValue());
            Metrics metrics = new Metrics(counts, Collections.emptySortedMap());
            return new CellResult(Status.OK, "", "", metrics, Timeline.EMPTY, asked);
        };
        CellResult base = runner.apply(CELL);
        runs = 0;
        List<String> names = new ArrayList<>();
        Sensitivity.of(CELL, base, Set.of(), runner)
                .forEach(doubt -> names.add(doubt.figure().name()));
        return names;
    }

    private static boolean isOther(Cell cell, Parameter figure) {
        return !cell.on(Axis.CPU).parameters().asMap().get(figure.name()).equals(figure.defaultValue());
    }
}
