package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.experiment.Metrics;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.matrix.CellExecutor;
import org.sidestep.lab.matrix.ExperimentRun;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.matrix.RunListener;
import org.sidestep.lab.shard.ShardedRun;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Strike;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Stretch;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;

/** Verdicts stand beside the costs, wherever these are shown, and claims rest on them. */
class VerdictColumnTest {

    private static final String TEXT = """
            name: x
            verify: singles
            matrix: {ipc: [kernel-switch, user-switch, fake-floor]}
            claims:
              - {id: safe, text: t, measure: verdict, where: {ipc: kernel-switch}, expect: == passed}
              - {id: unsafe, text: t, measure: verdict, where: {ipc: user-switch}, expect: == %s}
            """;

    private static final Exploration SHAKEN = new Exploration(new Shake(), 1, Exploration.Reach.ROUND);

    @TempDir
    private Path directory;

    /** Of a name with markup in it. */
    private record Shake() implements Disturbance {
        @Override
        public String id() {
            return "<b>shake</b>";
        }

        @Override
        public String summary() {
            return "shakes";
        }

        @Override
        public List<Strike> at(Occasion occasion) {
            return List.of();
        }
    }

    @Test
    void everyTableHasThem() throws IOException {
        Results results = results("failed");
        ReportWriter.write(
                results, ShardedRun.of("x.yaml", results.experiment(), List.of(), false, false, Map.of()), directory);

        assertThat(Report.text(results))
                .containsPattern("kernel-switch .*\\| passed +\\|")
                .containsPattern("user-switch .*\\| FAILED +\\|")
                .containsPattern("safe .*== passed .*\\| +passed +\\| passed")
                .containsPattern("unsafe .*== failed .*\\| +failed +\\| passed");
        assertThat(Files.readAllLines(directory.resolve("results.csv")))
                .anyMatch(line -> line.contains("user-switch") && line.contains("FAILED"))
                .first()
                .asString()
                .contains("verdict");
        JsonNode cells = new ObjectMapper()
                .readTree(directory.resolve("results.json").toFile())
                .get("cells");
        assertThat(cells.get(0).at("/verdict/verdict").asText()).isEqualTo("passed");
        assertThat(cells.get(1).at("/verdict/failure").asText()).contains("someone waits for ever", "stub.middle");
        assertThat(cells.get(2).has("verdict")).isFalse();
        assertThat(Files.readString(directory.resolve("report.html")))
                .contains("FAILED")
                .contains("stub.middle")
                .doesNotContain("<b>shake");
    }

    @Test
    void aFailedVerdictFailsTheRunUnlessAClaimIsAboutIt() {
        assertThat(results("failed").allPassed()).isTrue();
        assertThat(results("passed").allPassed()).isFalse();
        assertThat(run(TEXT.substring(0, TEXT.indexOf("  - {id: unsafe"))).allPassed())
                .isFalse();
    }

    private static Results results(String expected) {
        return run(TEXT.replace("%s", expected));
    }

    private static Results run(String text) {
        Experiment experiment = new ExperimentReader(Catalogs.fakes(), List.of()).read("x.yaml", text);
        Map<Cell, Verdict> verdicts = new LinkedHashMap<>();
        verdicts.put(experiment.cells().get(0), verdict(experiment.cells().get(0), List.of()));
        verdicts.put(
                experiment.cells().get(1),
                verdict(
                        experiment.cells().get(1),
                        List.of(new Failure(
                                Course.DEFAULTS.get(0),
                                List.of(new Blow(7, "<b>shake</b>", "hard", "stub.middle (Stub.java:7)")),
                                Failure.Kind.HANG,
                                List.of("<b>nothing</b> came")))));
        return new ExperimentRun(experiment, List.of(), false, new Nothing(), new Silent())
                .run(new TreeMap<>(), verdicts);
    }

    private static Verdict verdict(Cell cell, List<Failure> failures) {
        Tally tally =
                new Tally(10, 3, 20, failures.size(), failures, Map.of(), Map.of(), Map.of(), List.of(), Stretch.NONE);
        return new Verdict(cell, List.of(new Verdict.Entry(Course.DEFAULTS.get(0), SHAKEN, tally, 0, 1)));
    }

    /** Every cell is done at once and measures nothing. */
    private record Nothing() implements CellExecutor {
        @Override
        public CellResult run(Cell cell) {
            return new CellResult(
                    Status.OK,
                    "",
                    "",
                    new Metrics(new TreeMap<>(), new TreeMap<>()),
                    Timeline.EMPTY,
                    Collections.emptySortedSet());
        }

        @Override
        public int places() {
            return 1;
        }
    }

    private static final class Silent implements RunListener {
        @Override
        public void more(int cells) {}

        @Override
        public void finished(Cell cell, CellResult result, long milliseconds) {}
    }
}
