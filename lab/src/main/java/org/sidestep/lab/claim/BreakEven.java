package org.sidestep.lab.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where two things cost the same, along a coordinate that takes several numbers: {@code breakeven(metric, coordinate)}.
 *
 * @param metric what they cost
 * @param coordinate along which it is measured, for example {@code workload.words}
 */
public record BreakEven(String metric, String coordinate) {

    private static final Pattern FORM =
            Pattern.compile("\\s*breakeven\\(\\s*([^,()\\s]+)\\s*,\\s*([^,()\\s]+)\\s*\\)\\s*");

    /**
     * A place where one becomes dearer than the other.
     *
     * @param low the last measured place before it, or itself if that was measured
     * @param high the first measured place behind it
     * @param at where the straight lines between these two cross
     * @param value what both cost there
     * @param firstIsCheaperBefore whether the first of the two is the cheaper one before it
     */
    public record Crossing(double low, double high, double at, double value, boolean firstIsCheaperBefore) {}

    /** What a claim's measure says; empty if it is a metric. */
    public static Optional<BreakEven> parse(String measure) {
        Matcher form = FORM.matcher(measure);
        return form.matches() ? Optional.of(new BreakEven(form.group(1), form.group(2))) : Optional.empty();
    }

    /** The metric that a measure looks at, itself or along a coordinate. */
    public static String metric(String measure) {
        return parse(measure).map(BreakEven::metric).orElse(measure);
    }

    /** All crossings of two lines that are straight between measured places, in order; places that one alone has are left out. */
    public static List<Crossing> crossings(SortedMap<Double, Double> first, SortedMap<Double, Double> second) {
        List<Double> places =
                first.keySet().stream().filter(second::containsKey).toList();
        List<Crossing> crossings = new ArrayList<>();
        double before = 0;
        for (int i = 0; i < places.size(); i++) {
            double at = places.get(i);
            double difference = first.get(at) - second.get(at);
            if (difference == 0) continue;
            boolean crossed = before * difference < 0;
            if (crossed) crossings.add(crossing(first, second, places, i, before < 0));
            before = difference;
        }
        return crossings;
    }

    /** The lines have crossed between the last place at which they differed and the place of that index. */
    private static Crossing crossing(
            SortedMap<Double, Double> first,
            SortedMap<Double, Double> second,
            List<Double> places,
            int index,
            boolean firstIsCheaperBefore) {
        double high = places.get(index);
        double low = places.get(index - 1);
        double atLow = first.get(low) - second.get(low);
        // Where they cost exactly the same, that is the place.
        if (atLow == 0) return new Crossing(low, low, low, first.get(low), firstIsCheaperBefore);
        double share = atLow / (atLow - (first.get(high) - second.get(high)));
        double value = first.get(low) + share * (first.get(high) - first.get(low));
        return new Crossing(low, high, low + share * (high - low), value, firstIsCheaperBefore);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "breakeven(%s, %s)", metric, coordinate);
    }
}
