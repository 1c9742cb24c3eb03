package org.sidestep.machine.ia32.timing;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often each of the figures that are not part of every instruction has been charged. */
public final class Charges {

    /** A number that is raised where it stands. */
    private static final class Count {
        long value;

        Count(long value) {
            this.value = value;
        }
    }

    private final Map<String, Count> counts = new HashMap<>();

    public Charges() {}

    public Charges(Charges other) {
        other.counts.forEach((figure, count) -> counts.put(figure, new Count(count.value)));
    }

    public void add(String figure) {
        counts.computeIfAbsent(figure, f -> new Count(0)).value++;
    }

    /** The same, with a figure that is counted elsewhere. */
    public SortedMap<String, Long> counts(String figure, long charged) {
        if (charged == 0) return counts();
        SortedMap<String, Long> all = new TreeMap<>(counts());
        all.put(figure, charged);
        return Collections.unmodifiableSortedMap(all);
    }

    public SortedMap<String, Long> counts() {
        SortedMap<String, Long> copy = new TreeMap<>();
        counts.forEach((figure, count) -> copy.put(figure, count.value));
        return Collections.unmodifiableSortedMap(copy);
    }
}
