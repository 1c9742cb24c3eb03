package org.sidestep.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for the first promise that a kernel with other bytes breaks. Parts of all explorations come in turns, from all over the
 * round: first every sixteenth of those with many trials, fewer steps apart of those with few, single strikes before several.
 */
public final class Search {

    /** In which order parts come, by their number modulo sixteen: in the middle of those that have been. */
    private static final int[] OFFSETS = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

    /** Trials of an exploration in one turn, about; in the last of sixteen turns come all that are left. */
    private static final long TURN = 500;

    private final Map<Trials, Long> planned;
    private final Map<Course, Lane> lanes;
    private final Optional<Coverage.Changed> changed;
    private final long most;
    private long trials;

    /**
     * What it came to.
     *
     * @param trials how many it took
     * @param finished whether nothing was left to try when none was found
     */
    public record Result(Optional<Failure> found, long trials, boolean finished) {}

    /**
     * On machines that have become the kernel in question.
     *
     * @param planned about how many trials each exploration has
     * @param changed what is known of the instructions that are changed; nothing if all trials have to be made
     * @param most after so many trials it is over
     */
    Search(Map<Trials, Long> planned, Map<Course, Lane> lanes, Optional<Coverage.Changed> changed, long most) {
        this.planned = planned;
        this.lanes = lanes;
        this.changed = changed;
        this.most = most;
    }

    Result run() {
        for (Map.Entry<Course, Lane> each : lanes.entrySet()) {
            if (changed.isPresent() && !changed.get().isReached(each.getValue(), each.getKey())) continue;
            Optional<Failure> failure = each.getValue().undisturbed();
            if (failure.isPresent()) return new Result(failure, 0, true);
        }
        List<Trials> singles =
                planned.keySet().stream().filter(each -> !isPairs(each)).toList();
        List<Trials> pairs = planned.keySet().stream().filter(Search::isPairs).toList();
        for (int turn = 0; turn < OFFSETS.length; turn++) {
            for (List<Trials> some : List.of(singles, pairs)) {
                for (Trials exploration : some) {
                    Optional<Failure> failure = turn(exploration, turn);
                    if (failure.isPresent()) return new Result(failure, trials, true);
                    if (trials >= most) return new Result(failure, trials, false);
                }
            }
        }
        return new Result(Optional.empty(), trials, true);
    }

    private static boolean isPairs(Trials trials) {
        return trials instanceof Exploration exploration && exploration.depth() > 1;
    }

    private Optional<Failure> turn(Trials exploration, int turn) {
        int perTurn = perTurn(planned.get(exploration));
        for (int i = turn * perTurn; i < Math.min((turn + 1) * perTurn, OFFSETS.length); i++) {
            for (Map.Entry<Course, Lane> each : lanes.entrySet()) {
                Optional<Failure> failure = explore(exploration, each.getKey(), each.getValue(), OFFSETS[i]);
                if (failure.isPresent() || trials >= most) return failure;
            }
        }
        return Optional.empty();
    }

    /** How many of the sixteen offsets come in one turn. */
    private static int perTurn(long planned) {
        return (int) Math.max(1, Math.min(OFFSETS.length, OFFSETS.length * TURN / Math.max(1, planned)));
    }

    private Optional<Failure> explore(Trials exploration, Course course, Lane lane, int offset) {
        int parts = exploration.parts(lane.boundaries().size());
        for (int part = offset; part < parts && trials < most; part += OFFSETS.length) {
            if (changed.isPresent() && !changed.get().isReached(exploration, lane, course, part)) continue;
            Tally tally = exploration.explore(lane, part, part + 1, 1);
            trials += tally.trials();
            if (tally.failed() > 0) return Optional.of(tally.failures().get(0));
        }
        return Optional.empty();
    }
}
