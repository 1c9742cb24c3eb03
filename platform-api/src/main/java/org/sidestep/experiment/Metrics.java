package org.sidestep.experiment;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was measured in one cell, by dotted name.
 *
 * @param counts single numbers, for example {@code cycles.total}
 * @param distributions summaries, for example {@code oneway.cycles}
 */
public record Metrics(SortedMap<String, Double> counts, SortedMap<String, Distribution> distributions) {

    public static final Metrics NONE = new Metrics(Collections.emptySortedMap(), Collections.emptySortedMap());

    /** Every single number by its full name; those of a distribution as {@code oneway.cycles.median}. */
    public SortedMap<String, Double> flat() {
        SortedMap<String, Double> flat = new TreeMap<>(counts);
        distributions.forEach((name, distribution) ->
                distribution.parts().forEach((part, value) -> flat.put(name + "." + part, value)));
        return flat;
    }

    /** Counts and distributions together, by name. */
    public SortedMap<String, Object> all() {
        SortedMap<String, Object> all = new TreeMap<>((Map<String, ?>) counts);
        all.putAll(distributions);
        return all;
    }
}
