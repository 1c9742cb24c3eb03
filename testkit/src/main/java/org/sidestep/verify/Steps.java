package org.sidestep.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The trials of a campaign in the order in which they are made. In each step an exploration has a turn, on all courses. */
final class Steps {

    /** Failures after which a chunk ends, if the campaign is to end soon. */
    private static final long ENOUGH = 5;

    private final List<Track> tracks;
    private final Map<Trials, Long> planned;
    private final boolean soon;
    private final Campaign.Ledger ledger;
    private final Consumer<Failure> told;
    /** The first that has failed, if it is to end soon: nothing behind it counts, whatever has been tried of it meanwhile. */
    private final AtomicInteger failing = new AtomicInteger(Integer.MAX_VALUE);

    /**
     * Of explorations.
     *
     * @param planned how many trials each of them has on all courses
     * @param soon whether no step is begun behind one that has failed
     * @param told of each failure when it is found
     */
    Steps(List<Track> tracks, Map<Trials, Long> planned, boolean soon, Campaign.Ledger ledger, Consumer<Failure> told) {
        this.tracks = tracks;
        this.planned = planned;
        this.soon = soon;
        this.ledger = ledger;
        this.told = told;
    }

    private record Step(Trials exploration, Every every) {}

    /** What a chunk is a part of. */
    private record Whole(Course course, Trials exploration) {}

    private record Pending(Campaign.Chunk chunk, int step, Supplier<Optional<Tally>> tally) {
        Over over() {
            return new Over(chunk, step, tally.get());
        }
    }

    /** What a chunk came to, if it was tried. */
    private record Over(Campaign.Chunk chunk, int step, Optional<Tally> tally) {
        Whole whole() {
            return new Whole(chunk.course(), chunk.exploration());
        }
    }

    /**
     * Makes them, so many side by side.
     *
     * @return what they come to, in the order of courses, then of explorations
     */
    List<Verdict.Entry> run(int places, Predicate<Campaign.Chunk> mine) {
        List<Pending> pending = new ArrayList<>();
        try (SideBySide pool = new SideBySide(places)) {
            List<Step> steps = inOrder();
            for (int i = 0; i < steps.size(); i++) {
                for (Track track : tracks) {
                    for (Campaign.Chunk chunk : chunks(track, steps.get(i))) {
                        int step = i;
                        pending.add(new Pending(chunk, step, pool.begin(() -> tally(track, chunk, step, mine))));
                    }
                }
            }
            return entries(pending.stream().map(Pending::over).toList());
        }
    }

    /** In each turn what has fewest trials comes first: what fails anyway is soon seen. */
    private List<Step> inOrder() {
        List<List<Step>> each = planned.keySet().stream()
                .sorted(Comparator.comparing(planned::get))
                .map(exploration -> Every.turns(planned.get(exploration)).stream()
                        .map(every -> new Step(exploration, every))
                        .toList())
                .toList();
        List<Step> all = new ArrayList<>();
        int most = each.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < most; i++) for (List<Step> turns : each) if (i < turns.size()) all.add(turns.get(i));
        return all;
    }

    private List<Campaign.Chunk> chunks(Track track, Step step) {
        long enough = soon ? ENOUGH : Long.MAX_VALUE;
        return track.agenda(step.exploration).chunks(step.every).stream()
                .map(parts -> new Campaign.Chunk(
                        track.course(), step.exploration, parts.from(), parts.to(), step.every, enough))
                .toList();
    }

    /** Tries a chunk, if that is not known yet, or nothing. */
    private Optional<Tally> tally(Track track, Campaign.Chunk chunk, int step, Predicate<Campaign.Chunk> mine) {
        if (step > failing.get()) return Optional.empty();
        Tally tally = ledger.find(chunk);
        if (tally == null) {
            if (!mine.test(chunk)) return Optional.empty();
            tally = track.explore(chunk, told);
            ledger.put(chunk, tally);
        }
        if (soon && tally.failed() > 0) failing.accumulateAndGet(step, Math::min);
        return Optional.of(tally);
    }

    private List<Verdict.Entry> entries(List<Over> all) {
        Map<Whole, List<Over>> wholes = all.stream().collect(Collectors.groupingBy(Over::whole));
        List<Verdict.Entry> entries = new ArrayList<>();
        for (Track track : tracks) {
            for (Trials exploration : planned.keySet()) {
                Whole whole = new Whole(track.course(), exploration);
                entries.add(entry(whole, wholes.getOrDefault(whole, List.of())));
            }
        }
        return entries;
    }

    private Verdict.Entry entry(Whole whole, List<Over> chunks) {
        Tally sum = Tally.NONE;
        int left = 0;
        for (Over one : chunks) {
            if (one.tally.isEmpty() || one.step > failing.get()) left++;
            else sum = sum.plus(one.tally.get());
        }
        return new Verdict.Entry(whole.course, whole.exploration, sum, left, chunks.size());
    }
}
