package org.sidestep.lab.claim;

import static org.assertj.core.api.Assertions.assertThat;

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
            results.put(cells.get(i), new CellResult(Status.OK, "", "", metrics, Timeline.EMPTY));
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
}
