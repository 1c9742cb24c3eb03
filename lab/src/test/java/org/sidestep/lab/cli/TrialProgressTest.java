package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Failure;

class TrialProgressTest {

    private static final long SECOND = 1_000_000_000;

    private final Cell subject = TestCell.defaults().with(Axis.IPC, "strict").cell();
    private final StringWriter err = new StringWriter();
    private long now;

    @Test
    void beforeAnythingIsTriedItIsSaidHowMuchThereIs() {
        begin(false);
        assertThat(err.toString())
                .contains("ipc=strict")
                .endsWith(": 12,000 trials at 3,000 boundaries of 9 courses\n");
    }

    @Test
    void offATerminalALineNowAndThenSaysRateAndRemainingTime() {
        TrialProgress progress = begin(false);
        err.getBuffer().setLength(0);
        progress.done(2000, true);
        now = SECOND;
        progress.done(500, false);
        assertThat(err.toString()).isEmpty();
        now = 4 * SECOND;
        progress.done(500, false);
        assertThat(err.toString()).isEqualTo("  3,000 of 12,000 trials, 250 a second, about 36 s left\n");
        now = 5 * SECOND;
        progress.done(500, false);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void theFirstFewTrialsDoNotSayHowLongTheOthersTake() {
        TrialProgress progress = begin(false);
        err.getBuffer().setLength(0);
        now = 4 * SECOND;
        progress.done(200, false);
        assertThat(err.toString()).isEqualTo("  200 of 12,000 trials, 50 a second\n");
    }

    /** Of each subject, undisturbed or not, with what runs it again. */
    @Test
    void theFirstFailureOfAKindIsToldAtOnce() {
        TrialProgress progress = begin(false);
        err.getBuffer().setLength(0);
        progress.failed(subject, failure(Failure.Kind.HANG, new Blow(7, "timer-interrupt", "tick", "lipc+3")));
        progress.failed(subject, failure(Failure.Kind.HANG, new Blow(5, "timer-interrupt", "tick", "lipc+1")));
        progress.failed(subject, failure(Failure.Kind.CRASH));
        assertThat(err.toString().lines())
                .containsExactly(
                        "  FAILED: someone waits for ever, on chain, timer-interrupt tick before lipc+3, instruction 7",
                        "    nobody knows",
                        "    again: verify --replay 1 strict",
                        "  FAILED: the system broke down, on chain, undisturbed",
                        "    nobody knows",
                        "    again: verify --replay 0 strict");
    }

    private static Failure failure(Failure.Kind kind, Blow... blows) {
        return new Failure(Course.of("chain"), List.of(blows), kind, List.of("nobody knows", "who waits for whom"));
    }

    @Test
    void whoComesAgainIsNotCountedAgain() {
        TrialProgress progress = begin(false);
        err.getBuffer().setLength(0);
        progress.begins(subject, new Campaign.Plan(9, 3000, 12_000));
        assertThat(err.toString()).endsWith(": what is left\n").doesNotContain("trials");
    }

    @Test
    void onATerminalOneLineIsWrittenAnewAndVanishes() {
        TrialProgress progress = begin(true);
        err.getBuffer().setLength(0);
        for (now = SECOND; now < 4 * SECOND; now += SECOND) progress.done(100, false);
        assertThat(err.toString()).doesNotContain("\n").startsWith("\r  100 of");
        progress.close();
        assertThat(err.toString()).endsWith(" \r");
    }

    private TrialProgress begin(boolean terminal) {
        TrialProgress progress = new TrialProgress(
                new PrintWriter(err),
                terminal,
                () -> now,
                (cell, failure) -> "verify --replay " + failure.blows().size() + " "
                        + cell.on(Axis.IPC).plugin().id());
        progress.begins(subject, new Campaign.Plan(9, 3000, 12_000));
        return progress;
    }
}
