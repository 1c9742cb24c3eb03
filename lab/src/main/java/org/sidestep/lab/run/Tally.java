package org.sidestep.lab.run;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts happenings by metric name; a name once mentioned is reported even if nothing happened. */
final class Tally {

    private final Map<String, Long> counts = new LinkedHashMap<>();

    void mention(String name) {
        counts.putIfAbsent(name, 0L);
    }

    void add(String name, long difference) {
        counts.merge(name, difference, Long::sum);
    }

    long of(String name) {
        return counts.getOrDefault(name, 0L);
    }

    void clear() {
        counts.replaceAll((name, count) -> 0L);
    }

    Map<String, Long> counts() {
        return counts;
    }
}
