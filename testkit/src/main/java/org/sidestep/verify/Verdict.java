package org.sidestep.verify;

import java.util.List;
import org.sidestep.experiment.Cell;

/**
 * What a campaign came to: of what, up to which depth, and which promises were broken.
 *
 * @param subject whose workload does not matter
 * @param entries in the order of courses, then of explorations
 */
public record Verdict(Cell subject, List<Entry> entries) {

    /**
     * One exploration of one course.
     *
     * @param left chunks that were not tried for lack of time
     * @param chunks how many there are
     */
    public record Entry(Course course, Trials exploration, Tally tally, int left, int chunks) {

        /** What was tried: how the exploration is called, or that nothing disturbed the run, which failed all the same. */
        public String name() {
            boolean struck = tally.failures().stream()
                    .noneMatch(failure -> failure.blows().isEmpty());
            return struck ? exploration.name() : "undisturbed";
        }

        /** The same with these failures. */
        Entry with(List<Failure> failures) {
            return new Entry(course, exploration, tally.with(failures), left, chunks);
        }
    }

    /** Whether every trial kept its promise. */
    public boolean passed() {
        return entries.stream().allMatch(entry -> entry.tally().failed() == 0);
    }

    /** Whether nothing was left out. */
    public boolean complete() {
        return entries.stream().allMatch(entry -> entry.left() == 0);
    }

    public long trials() {
        return entries.stream().mapToLong(entry -> entry.tally().trials()).sum();
    }

    /** The first failure of each kind, of each exploration of each course. */
    public List<Failure> failures() {
        return entries.stream()
                .flatMap(entry -> entry.tally().failures().stream())
                .toList();
    }
}
