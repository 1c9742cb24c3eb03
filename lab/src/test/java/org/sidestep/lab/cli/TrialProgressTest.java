package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Work;

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
        progress.done(new Work(2000, 2000), true);
        now = SECOND;
        progress.done(new Work(500, 500), false);
        assertThat(err.toString()).isEmpty();
        now = 4 * SECOND;
        progress.done(new Work(500, 500), false);
        assertThat(err.toString()).isEqualTo("  3,000 of 12,000 trials, 250 a second, about 36 s left\n");
        now = 5 * SECOND;
        progress.done(new Work(500, 500), false);
        assertThat(err.toString().lines()).hasSize(1);
    }

    /** What comes first has few trials at many boundaries: their rate says little of the others'. */
    @Test
    void theTimeThatIsLeftIsThatOfBoundariesAndTrials() {
        TrialProgress progress = begin(false);
        err.getBuffer().setLength(0);
        now = 5 * SECOND;
        progress.done(new Work(6000, 10), false);
        assertThat(err.toString()).isEqualTo("  10 of 12,000 trials, 2 a second, about 3 min left\n");
    }

    @Test
    void onATerminalOneLineIsWrittenAnewAndVanishes() {
        TrialProgress progress = begin(true);
        err.getBuffer().setLength(0);
        for (now = SECOND; now < 4 * SECOND; now += SECOND) progress.done(new Work(100, 100), false);
        assertThat(err.toString()).doesNotContain("\n").startsWith("\r  100 of");
        progress.close();
        assertThat(err.toString()).endsWith(" \r");
    }

    private TrialProgress begin(boolean terminal) {
        TrialProgress progress = new TrialProgress(new PrintWriter(err), terminal, () -> now);
        progress.begins(subject, new Campaign.Plan(9, 4, 3000, 12_000));
        return progress;
    }
}
