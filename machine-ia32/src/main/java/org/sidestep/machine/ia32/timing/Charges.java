package org.sidestep.machine.ia32.timing;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Timing;

/** How often each of the figures that are not part of every instruction has been charged. */
public final class Charges {

    /** A number that is raised where it stands. */
    public static final class Count {
        private long value;

        public void add() {
            value++;
        }
    }

    private final Map<String, Count> counts = new HashMap<>();

    public Charges() {}

    public void keep(StateTape tape) {
        SortedMap<String, Long> kept = tape.object(counts());
        if (!tape.putsBack()) return;
        for (Count count : counts.values()) count.value = 0;
        kept.forEach((figure, count) -> of(figure).value = count);
    }

    /** The count of a figure, for whoever charges it often; it stays the same one. */
    public Count of(String figure) {
        return counts.computeIfAbsent(figure, f -> new Count());
    }

    /** The counts of the figures that events have, by the event's ordinal. */
    public Count[] of(Function<Timing.Event, String> figures) {
        return Stream.of(Timing.Event.values()).map(figures).map(this::of).toArray(Count[]::new);
    }

    public void add(String figure) {
        of(figure).add();
    }

    /** The same, with a figure that is counted elsewhere. */
    public SortedMap<String, Long> counts(String figure, long charged) {
        if (charged == 0) return counts();
        SortedMap<String, Long> all = new TreeMap<>(counts());
        all.put(figure, charged);
        return Collections.unmodifiableSortedMap(all);
    }

    /** Those that have been charged. */
    public SortedMap<String, Long> counts() {
        SortedMap<String, Long> copy = new TreeMap<>();
        counts.forEach((figure, count) -> {
            if (count.value != 0) copy.put(figure, count.value);
        });
        return Collections.unmodifiableSortedMap(copy);
    }
}
