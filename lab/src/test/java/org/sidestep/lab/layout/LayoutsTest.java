package org.sidestep.lab.layout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.matrix.CellExecutor;
import org.sidestep.lab.matrix.ExperimentRun;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.matrix.RunListener;
import org.sidestep.lab.report.Report;
import org.sidestep.lab.report.ReportWriter;
import org.sidestep.lab.shard.ShardedRun;

/** Ten layouts, in which one policy costs 10 to 19 cycles and another 17 to 26: what is said of them. */
class LayoutsTest {

    private static final String TEXT = """
            name: x
            layouts: 10
            matrix: {ipc: [kernel-switch, user-switch], workload: {id: script, rounds: [1, 2]}}
            claims:
              - {id: cheap, text: t, measure: oneway.cycles.median, expect: "<= 16",
                 where: {ipc: user-switch, workload.rounds: 1}}
              - {id: dearer, text: t, measure: oneway.cycles.median, expect: "<= 10",
                 where: {ipc: kernel-switch, workload.rounds: 1}, minus: {where: {ipc: user-switch}}}
              - {id: rounds, text: t, measure: oneway.cycles.median, expect: "> 1",
                 where: {ipc: user-switch, workload.rounds: 2}, divided-by: {where: {workload.rounds: 1}}}
            """;

    @TempDir
    private Path directory;

    private final Experiment experiment = new ExperimentReader(Catalogs.fakes(), List.of()).read("x.yaml", TEXT);
    private final Cell user = cell("user-switch", "1");
    private final Cell kernel = cell("kernel-switch", "1");

    private Cell cell(String ipc, String rounds) {
        return experiment.cells().stream()
                .filter(cell -> cell.coordinate("ipc").orElseThrow().equals(ipc))
                .filter(cell -> cell.coordinate("workload.rounds").orElseThrow().equals(rounds))
                .findFirst()
                .orElseThrow();
    }

    /** What moves one policy up moves the other down. */
    private static CellResult result(Cell cell) {
        boolean user = cell.coordinate("ipc").orElseThrow().equals("user-switch");
        boolean once = cell.coordinate("workload.rounds").orElseThrow().equals("1");
        int more = cell.layout() - 1;
        double cost = (user ? 10 + more : 26 - more) + (once ? 0 : 30);
        Distribution samples = new Distribution(cost, cost, cost, cost, cost, 5);
        Map<String, Double> counts = Map.of("ipc.user.per-round", 2.0);
        Metrics metrics = new Metrics(new TreeMap<>(counts), new TreeMap<>(Map.of("oneway.cycles", samples)));
        return new CellResult(Status.OK, "", "", metrics, Timeline.EMPTY, Collections.emptySortedSet());
    }

    private Results run(Function<Cell, CellResult> results) {
        return run(experiment, results);
    }

    private static Results run(Experiment experiment, Function<Cell, CellResult> results) {
        CellExecutor executor = new CellExecutor() {
            @Override
            public CellResult run(Cell cell) {
                return results.apply(cell);
            }

            @Override
            public int places() {
                return 3;
            }
        };
        return new ExperimentRun(experiment, List.of(), false, executor, RunListener.NOBODY)
                .run(new TreeMap<>(), Map.of());
    }

    private static ClaimResult claim(Results results, String id) {
        return results.claims().stream()
                .filter(claim -> claim.claim().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCellHasTheMedianOfItsLayoutsAndTheirSpread() {
        Results results = run(LayoutsTest::result);

        assertThat(results.metrics(user)).containsEntry("oneway.cycles.median", 14.0);
        assertThat(results.layouts().spread(user, "oneway.cycles.median")).hasValue(new Spread(10, 19));
        assertThat(results.layouts().spreads(user)).doesNotContainKey("ipc.user.per-round");
        assertThat(results.first().get(user).metrics().flat()).containsEntry("oneway.cycles.median", 10.0);
    }

    @Test
    void aClaimThatHoldsAtSevenOfTenLayoutsSaysSoAndFails() {
        ClaimResult cheap = claim(run(LayoutsTest::result), "cheap");

        assertThat(cheap.passed()).isFalse();
        assertThat(cheap.layouts()).hasToString("Optional[7 of 10]");
        assertThat(cheap.measured()).hasValue(14);
        assertThat(Report.text(run(LayoutsTest::result))).contains("FAILED: holds at 7 of 10", "10..19");
    }

    @Test
    void aDifferenceWithinTheSpreadIsMarkedNotShownAndAnotherIsNot() {
        Results results = run(LayoutsTest::result);

        assertThat(claim(results, "dearer").hidesDifference()).isTrue();
        assertThat(claim(results, "rounds").hidesDifference()).isFalse();
        assertThat(results.layouts().hide(user, kernel, "oneway.cycles.median")).isTrue();
        assertThat(results.layouts().hide(user, cell("user-switch", "2"), "oneway.cycles.median"))
                .isFalse();
        assertThat(results.layouts().hide(user, kernel, "ipc.user.per-round")).isFalse();
        assertThat(Report.text(results))
                .containsPattern("kernel-switch .* 21 \\| *17..26 \\| user-switch")
                .contains("difference not shown", "median of 10 layouts");
    }

    @Test
    void aLayoutInWhichACellFailsFailsTheCellAndSaysWhere() {
        Results results = run(cell -> cell.layout() == 4 && cell.in(1).equals(user)
                ? CellResult.without(Status.FAILED, "fell over", "")
                : result(cell));

        assertThat(results.cells().get(user).status()).isEqualTo(Status.FAILED);
        assertThat(results.cells().get(user).reason()).isEqualTo("in layout 4: fell over");
        assertThat(claim(results, "rounds").layouts()).hasToString("Optional[9 of 10]");
        assertThat(claim(results, "rounds").reason()).contains("fell over");
    }

    @Test
    void allFilesOfResultsTellOfLayouts() throws IOException {
        Results results = run(LayoutsTest::result);
        ReportWriter.write(results, ShardedRun.of("x.yaml", experiment, List.of(), false, false, Map.of()), directory);

        JsonNode json =
                new ObjectMapper().readTree(directory.resolve("results.json").toFile());
        assertThat(json.path("layouts").asInt()).isEqualTo(10);
        JsonNode spread = json.at("/cells/0/spread/oneway.cycles.median");
        assertThat(spread).hasToString("{\"low\":17,\"high\":26}");
        assertThat(json.at("/claims/0/layouts"))
                .hasToString("{\"holds\":7,\"of\":10,\"low\":10,\"high\":19,\"differenceShown\":true}");
        assertThat(json.at("/claims/1/layouts/differenceShown").asBoolean()).isFalse();
        List<String> csv = Files.readAllLines(directory.resolve("results.csv"));
        assertThat(csv).hasSize(1 + 4 * 10);
        assertThat(csv.get(0)).contains("seed,layout,");
        assertThat(directory.resolve("report.html")).content().contains("\"low\":17", "\"high\":26");
    }

    @Test
    void oneLayoutIsSaidToNobody() throws IOException {
        Experiment once =
                new ExperimentReader(Catalogs.fakes(), List.of()).read("x.yaml", TEXT.replace("layouts: 10\n", ""));
        assertThat(once.layouts()).isOne();
        Results results = run(once, LayoutsTest::result);
        ReportWriter.write(results, ShardedRun.of("x.yaml", once, List.of(), false, false, Map.of()), directory);

        for (String file : List.of("results.json", "results.csv")) {
            assertThat(directory.resolve(file)).content().doesNotContain("layout", "spread");
        }
        assertThat(Report.text(results)).doesNotContain("layout", "not shown", "holds at");
    }
}
