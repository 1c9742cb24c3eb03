package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.claim.Verifier;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Part.Line;
import org.sidestep.lab.report.Part.Lines;
import org.sidestep.lab.report.Part.Spot;
import org.sidestep.lab.report.Part.Winners;

/** What is drawn of coordinates that take several numbers, of costs that are made up. */
class SweepsTest {

    private static final String TEXT = """
            name: x
            defaults: {machine: ia32, kernel: l4, scheduler: priority-rr, validation: twin}
            matrix: {ipc: [strict, lazy], cpu: {id: p3-coppermine, trap.cycles: [20, 40, 80]},
                     workload: {id: chain, depth: [1, 2, 4]}}
            claims:
              - {id: even, text: t, measure: "breakeven(oneway.cycles.median, workload.depth)", expect: == 1.5,
                 where: {ipc: strict, cpu.trap.cycles: 40}, minus: {where: {ipc: lazy}}}
            """;

    private static double number(Cell cell, String coordinate) {
        return Double.parseDouble(cell.coordinate(coordinate).orElseThrow());
    }

    /** Strict costs 10 and its traps for each call, lazy 100 once. */
    private static double cost(Cell cell) {
        boolean strict = cell.coordinate("ipc").orElseThrow().equals("strict");
        return strict ? (10 + number(cell, "cpu.trap.cycles")) * number(cell, "workload.depth") : 75;
    }

    private static Results results(ToDoubleFunction<Cell> cost) {
        Experiment experiment = new ExperimentReader(PluginLoader.fromClassPath(), List.of()).read("x.yaml", TEXT);
        Map<Cell, CellResult> cells = new LinkedHashMap<>();
        for (Cell cell : experiment.cells()) {
            double each = cost.applyAsDouble(cell);
            Distribution samples = new Distribution(each - 1, each, each + 2, each + 9, each, 10);
            Metrics metrics = new Metrics(new TreeMap<>(), new TreeMap<>(Map.of("oneway.cycles", samples)));
            cells.put(
                    cell,
                    each < 0
                            ? CellResult.without(Status.FAILED, "no", "")
                            : new CellResult(Status.OK, "", "", metrics, Timeline.EMPTY, Collections.emptySortedSet()));
        }
        Map<Cell, List<CellResult>> once = new LinkedHashMap<>();
        cells.forEach((cell, result) -> once.put(cell, List.of(result)));
        Layouts layouts = new Layouts(once);
        Verifier verifier = new Verifier(cells, Map.of());
        return new Results(
                experiment,
                new TreeMap<>(),
                layouts,
                Map.of(),
                experiment.claims().stream().map(verifier::verify).toList(),
                List.of(),
                Map.of());
    }

    private static <P> List<P> parts(Results results, Class<P> kind) {
        List<P> parts = new ArrayList<>();
        Group.byWorkload(results)
                .forEach((workload, group) -> new Sweeps(results, group)
                        .parts().stream()
                                .filter(kind::isInstance)
                                .map(kind::cast)
                                .forEach(parts::add));
        return parts;
    }

    @Test
    void eachSweptCoordinateIsAPlotWithALinePerPolicyAndSpreadAndUnit() {
        List<Lines> plots = parts(results(SweepsTest::cost), Lines.class);

        assertThat(plots).hasSize(6);
        Lines depths = plots.stream()
                .filter(plot -> plot.title().equals("workload.depth: cpu.trap.cycles 40"))
                .findFirst()
                .orElseThrow();
        assertThat(depths.y()).isEqualTo("oneway.cycles.median (cycles)");
        assertThat(depths.lines()).extracting(Line::name).containsExactly("strict", "lazy");
        assertThat(depths.lines().get(0).points()).extracting(Part.Point::x).containsExactly(1L, 2L, 4L);
        assertThat(depths.lines().get(0).points().get(1))
                .extracting(
                        point -> point.y().intValue(),
                        point -> point.low().intValue(),
                        point -> point.high().intValue())
                .containsExactly(100, 99, 102);
        assertThat(plots).anyMatch(plot -> plot.x().equals("cpu.trap.cycles (cycles)"));
    }

    @Test
    void breakEvenPointsHavePlaceBracketAndCostAndCanBeClaimed() {
        Results results = results(SweepsTest::cost);

        Table table = parts(results, Table.class).get(0);
        assertThat(table.id()).isEqualTo("breakeven");
        assertThat(table.rows().stream()
                        .map(row -> row.values().stream().map(Table.Value::text).toList()))
                .contains(List.of("workload.depth", "cpu.trap.cycles 40", "strict", "lazy", "1.5", "1..2", "75"))
                .contains(List.of("cpu.trap.cycles", "depth 1", "strict", "lazy", "65", "40..80", "75"));
        assertThat(results.claims()).singleElement().satisfies(claim -> {
            assertThat(claim.passed()).isTrue();
            assertThat(claim.measured()).hasValue(1.5);
        });
        assertThat(Report.text(results)).contains("chain: break-even points");
    }

    @Test
    void twoSweptCoordinatesAreAMapOfWhoIsCheapest() {
        Winners map = parts(results(SweepsTest::cost), Winners.class).get(0);

        assertThat(map.names()).containsExactly("strict", "lazy");
        assertThat(map.spots()).hasSize(9);
        for (Spot spot : map.spots()) {
            double strict = (10 + spot.x()) * spot.y();
            assertThat(map.names().get(spot.winner())).isEqualTo(strict < 75 ? "strict" : "lazy");
            double dear = Math.max(strict, 75);
            double cheap = Math.min(strict, 75);
            assertThat(spot.ratio().doubleValue()).isCloseTo(dear / cheap, within(0.001));
        }
    }

    @Test
    void cellsThatFailedAreGapsAndNotNumbers() {
        List<Lines> plots = parts(results(cell -> number(cell, "workload.depth") == 2 ? -1 : cost(cell)), Lines.class);

        assertThat(plots).hasSize(2).allSatisfy(plot -> assertThat(plot.title()).startsWith("cpu.trap.cycles"));
    }

    @Test
    void theSummaryTellsClaimsCellsAndTheGreatestEffects() {
        Table summary = Summary.of(results(SweepsTest::cost));

        assertThat(summary.rows().stream()
                        .map(row -> row.values().get(0).text() + ": "
                                + row.values().get(1).text()))
                .containsExactly(
                        "claims: 1 of 1 passed",
                        "cells: 18 of 18 measured",
                        "effect of ipc: ipc lazy instead of strict: 75 instead of 360 cycles (oneway.cycles.median), 1/4.80,"
                                + " chain, cpu.trap.cycles 80, depth 4",
                        "effect of cpu.trap.cycles: cpu.trap.cycles 20 instead of 80: 30 instead of 90 cycles"
                                + " (oneway.cycles.median), 1/3.00, chain, depth 1");
    }
}
