package org.sidestep.lab.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.claim.Claim.Counterpart;
import org.sidestep.lab.claim.Claim.Over;
import org.sidestep.lab.experiment.ExperimentReader;

class VerifierTest {

    /** Two policies, each with 1 and 2 rounds. */
    private final List<Cell> cells = new ExperimentReader(Catalogs.fakes(), List.of())
            .read(
                    "x.yaml",
                    "{name: x, matrix: {ipc: [kernel-switch, user-switch], workload: {id: script, rounds: [1, 2]}}}")
            .cells();

    private final Map<Cell, CellResult> results = new LinkedHashMap<>();

    VerifierTest() {
        double[] costs = {100, 150, 10, 30};
        for (int i = 0; i < costs.length; i++) {
            Metrics metrics = new Metrics(new TreeMap<>(Map.of("cost", costs[i])), new TreeMap<>());
            results.put(
                    cells.get(i),
                    new CellResult(Status.OK, "", "", metrics, Timeline.EMPTY, Collections.emptySortedSet()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAX, <= 30, 30, true",
        "MAX, < 30, 30, false",
        "MIN, == 10, 10, true",
        "EACH, >= 10, 10, true",
        "EACH, <= 20, 30, false",
        "EACH, > 9.5, 10, true"
    })
    void severalCellsBecomeOneValue(Over over, String expect, double measured, boolean passed) {
        ClaimResult result = verify(over, Optional.empty(), Optional.empty(), expect);

        assertThat(result.measured()).hasValue(measured);
        assertThat(result.passed()).isEqualTo(passed);
    }

    @Test
    void aDifferenceIsTakenCellByCell() {
        ClaimResult result = verify(Over.MAX, Optional.of(against("kernel-switch")), Optional.empty(), "<= -90");

        assertThat(result.measured()).hasValue(-90);
        assertThat(result.passed()).isTrue();
    }

    @Test
    void aRatioIsTakenCellByCell() {
        ClaimResult result = verify(Over.MIN, Optional.empty(), Optional.of(against("kernel-switch")), "== 0.1");

        assertThat(result.measured()).hasValue(0.1);
        assertThat(result.passed()).isTrue();
    }

    @Test
    void aFailedCellLeavesItsClaimUnmeasuredWithTheReason() {
        results.put(cells.get(3), CellResult.without(Status.LIMIT, "did not end", ""));

        ClaimResult result = verify(Over.MAX, Optional.empty(), Optional.empty(), "<= 1000");

        assertThat(result.measured()).isEmpty();
        assertThat(result.passed()).isFalse();
        assertThat(result.reason()).isEqualTo("a cell is limit: did not end");
    }

    @Test
    void anUnknownMetricIsAnsweredWithTheNearestOne() {
        Claim claim = claim("coast", Over.MAX, Optional.empty(), Optional.empty(), "<= 1");

        assertThat(new Verifier(results, Map.of()).verify(claim).reason())
                .isEqualTo("there is no metric 'coast'; did you mean 'cost'?");
    }

    private ClaimResult verify(Over over, Optional<Counterpart> minus, Optional<Counterpart> dividedBy, String expect) {
        return new Verifier(results, Map.of()).verify(claim("cost", over, minus, dividedBy, expect));
    }

    private static Claim claim(
            String measure, Over over, Optional<Counterpart> minus, Optional<Counterpart> dividedBy, String expect) {
        Selection where = new Selection(Map.of("ipc", List.of("user-switch")));
        return new Claim("c", "t", List.of(), measure, where, over, minus, dividedBy, Expectation.parse(expect));
    }

    private static Counterpart against(String policy) {
        return new Counterpart("cost", new Selection(Map.of("ipc", List.of(policy))));
    }

    @Test
    void aBreakEvenPointIsWhereTwoLinesCross() {
        double[] costs = {100, 110, 105, 108};
        for (int i = 0; i < costs.length; i++) measured(cells.get(i), costs[i]);

        ClaimResult result = new Verifier(results, Map.of()).verify(breakEven("<= 1.8"));
        assertThat(result.measured()).hasValue(1.714);
        assertThat(result.passed()).isTrue();

        measured(cells.get(3), 200);
        ClaimResult none = new Verifier(results, Map.of()).verify(breakEven("<= 1.8"));
        assertThat(none.passed()).isFalse();
        assertThat(none.reason()).contains("cheaper everywhere");
    }

    private void measured(Cell cell, double cost) {
        Metrics metrics = new Metrics(new TreeMap<>(Map.of("cost", cost)), new TreeMap<>());
        results.put(cell, new CellResult(Status.OK, "", "", metrics, Timeline.EMPTY, Collections.emptySortedSet()));
    }

    private static Claim breakEven(String expect) {
        return claim(
                "breakeven(cost, workload.rounds)",
                Map.of("ipc", List.of("kernel-switch")),
                Optional.of(against("user-switch")),
                expect);
    }

    private static Claim claim(
            String measure, Map<String, List<String>> where, Optional<Counterpart> minus, String expect) {
        return new Claim(
                "id",
                "text",
                List.of(),
                measure,
                new Selection(where),
                Over.ONE,
                minus,
                Optional.empty(),
                Expectation.parse(expect));
    }

    @Test
    void aBreakEvenPointThatCannotBeIsRefusedBeforeAnythingRuns() {
        Map<String, List<String>> kernel = Map.of("ipc", List.of("kernel-switch"));
        Optional<Counterpart> user = Optional.of(against("user-switch"));

        assertThatCode(() -> Verifier.check(breakEven("< 2"), cells)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Verifier.check(
                        claim("breakeven(cost, workload.rounds)", kernel, Optional.empty(), "< 2"), cells))
                .hasMessageContaining("claim 'id': say with 'minus:");
        assertThatThrownBy(() -> Verifier.check(claim("breakeven(cost, workload.ends)", kernel, user, "< 2"), cells))
                .hasMessageContaining("no number 'workload.ends'");
        assertThatThrownBy(() -> Verifier.check(claim("breakeven(cost, seed)", kernel, user, "< 2"), cells))
                .hasMessageContaining("differ in workload.rounds too");
        assertThatThrownBy(() -> Verifier.check(
                        claim(
                                "breakeven(cost, workload.rounds)",
                                Map.of("ipc", List.of("kernel-switch"), "workload.rounds", List.of("1")),
                                user,
                                "< 2"),
                        cells))
                .hasMessageContaining("one cell only");
    }

    @Test
    void crossingsAreFoundBetweenAndAtMeasuredPlaces() {
        var flat = new TreeMap<>(Map.of(0.0, 10.0, 1.0, 10.0, 2.0, 10.0, 4.0, 10.0));
        var rising = new TreeMap<>(Map.of(0.0, 8.0, 1.0, 10.0, 2.0, 12.0, 4.0, 6.0));

        assertThat(BreakEven.crossings(rising, flat))
                .containsExactly(
                        new BreakEven.Crossing(1, 1, 1, 10, true),
                        new BreakEven.Crossing(2, 4, 2 + 2.0 / 3, 10, false));
        assertThat(BreakEven.crossings(flat, flat)).isEmpty();
    }
}
