package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.VerdictSummary;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Stretch;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Timeline;
import org.sidestep.verify.Verdict;

/** A verification on one page. */
class VerdictPageTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();
    private static final Cell SUBJECT =
            new Subjects(CATALOG, "unit").named(List.of("ipc=lazy")).get(0);

    @Test
    void thePageHasFiguresFailuresWithTheirCommandAndAMapOfTheCode() throws IOException {
        Program program = SUBJECT.assemble().program();
        int forward = program.address("lipc.forward");
        Blow blow = new Blow(7, "timer-interrupt", "tick", "lipc.forward (StackSwitch.java:44)");
        Timeline.Span before = new Timeline.Span(1000, "A", "user", "A.round (Pair.java:7)", 9);
        Timeline.Span struck = new Timeline.Span(1009, "", "timer-interrupt tick", "lipc.forward", 0);
        Failure failure = new Failure(
                Course.DEFAULTS.get(0),
                List.of(blow),
                Failure.Kind.HANG,
                List.of("B <script>waits</script> for A"),
                new Timeline(List.of(before), List.of(before, struck)));
        Tally tally = new Tally(
                40,
                3,
                12,
                5,
                List.of(failure),
                Map.of(Failure.Kind.HANG, 5L),
                Map.of(forward, 12L),
                Map.of(forward, 7L),
                List.of(1L, 2L),
                new Stretch(777, "entry", "A.received"));
        Disturbance timer =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "timer-interrupt").extension();
        Exploration exploration = new Exploration(timer, 1, Exploration.Reach.ROUND);
        Verdict verdict =
                new Verdict(SUBJECT, List.of(new Verdict.Entry(Course.DEFAULTS.get(0), exploration, tally, 0, 1)));

        String html = html(verdict);

        assertThat(html)
                .contains("Failure 1: someone waits for ever", "timer-interrupt tick before lipc.forward")
                .contains("./sidestep verify --replay out/failure-1.json")
                .containsPattern(
                        "\"text\":\"lipc.forward\".{0,200}mov +ebx.{0,300}StackSwitch.java.{0,300}\"12\".{0,90}\"5\"")
                .contains("instructions of the stubs lie on no workload's way", "2 distinct states")
                .contains("interrupts off for at most 777 cycles, from entry to A.received")
                .contains("Both runs around it", "A.round (Pair.java:7)", "finds 100 %")
                .doesNotContain("<script>waits", "user.root");
    }

    /** What was not tried at all is one row, and what fails undisturbed is no disturbance's. */
    @Test
    void whatFailsUndisturbedHasARowOfItsOwn() throws IOException {
        Course course = Course.DEFAULTS.get(0);
        Failure failure = new Failure(course, List.of(), Failure.Kind.CRASH, List.of("it broke down"));
        Tally tally = new Tally(
                0,
                0,
                1,
                1,
                List.of(failure),
                Map.of(Failure.Kind.CRASH, 1L),
                Map.of(),
                Map.of(),
                List.of(),
                Stretch.NONE);
        Disturbance timer =
                (Disturbance) CATALOG.find(Axis.DISTURBANCE, "timer-interrupt").extension();
        Exploration singles = new Exploration(timer, 1, Exploration.Reach.ROUND);
        Exploration pairs = new Exploration(timer, 2, Exploration.Reach.NEAR);
        Verdict verdict = new Verdict(
                SUBJECT,
                List.of(
                        new Verdict.Entry(course, singles, tally, 0, 1),
                        new Verdict.Entry(course, singles, Tally.NONE, 7, 7),
                        new Verdict.Entry(course, pairs, Tally.NONE, 7, 7)));

        String html = html(verdict);

        assertThat(html)
                .contains("not tried: timer-interrupt, " + pairs.name(), "nothing: it fails undisturbed", "undisturbed")
                .doesNotContain("finds 100 %");
    }

    private static String html(Verdict verdict) throws IOException {
        byte[] page = VerdictPage.html(List.of(new VerdictSummary(verdict)), List.of(Path.of("out", "failure-1.json")));
        return new String(page, StandardCharsets.UTF_8);
    }
}
