package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Trials;
import org.sidestep.verify.Verdict;

/** The engine of verification: what a contract says of a plugin is what a verdict says. */
final class Engine {

    /** Cycles for a short workload, tens of times what one takes: threads that wait for each other for ever are soon found. */
    private static final long SOON = 200_000_000;

    private Engine() {}

    /** Requires that threads receive what they receive under strict switching, and that nobody is killed, if nothing disturbs them. */
    static void requireEquivalent(TestCell cell, Course course) {
        assertThat(campaign(cell, course, List.of()).undisturbed(course)).isEmpty();
    }

    /** The same however they are disturbed, which they must be. */
    static void requireEquivalent(TestCell cell, Course course, Trials trials) {
        Verdict verdict = verdict(cell, course, trials);
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.trials()).as("it never strikes").isPositive();
    }

    /** Of all trials on one course. */
    static Verdict verdict(TestCell cell, Course course, Trials trials) {
        return campaign(cell, course, List.of(trials)).run(1, () -> true);
    }

    private static Campaign campaign(TestCell cell, Course course, List<Trials> trials) {
        return new Campaign(
                cell.within(SOON).cell(),
                Plugins.find(Axis.IPC, "strict"),
                List.of(course),
                trials,
                id -> Plugins.find(Axis.WORKLOAD, id),
                new NothingKept());
    }

    private static final class NothingKept implements Campaign.Ledger {
        @Override
        public Tally find(Campaign.Chunk chunk) {
            return null;
        }

        @Override
        public void put(Campaign.Chunk chunk, Tally tally) {
            // The verdict has it.
        }
    }
}
