package org.sidestep.lab.compare;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sidestep.kernel.Cause;
import org.sidestep.lab.compare.SavedResults.Metric;
import org.sidestep.lab.compare.SavedResults.SavedCell;

/**
 * What changed from one result to another. Cells are the same if their texts are, apart from what all cells of one result have
 * in common and all of the other have otherwise, which is what the two runs were to compare.
 *
 * @param settings what all cells of the first have, and all of the second have otherwise
 * @param same how many cells are in both and have not changed
 * @param withinSpread how many medians have changed, but lie within what each run's own samples spread
 * @param changes cell by cell
 * @param claims id to what it was and is, if that has changed
 * @param missing cells that one of them alone has, with its name
 */
public record ResultsDiff(
        List<String> settings,
        int same,
        int withinSpread,
        List<Change> changes,
        Map<String, String> claims,
        List<String> missing) {

    private static final String BILL = "bill.";
    private static final String PARTS = ".parts";
    private static final String MEDIAN = ".cycles.median";

    /** Metrics that say why another one is as it is. */
    private static final List<String> EXPLAINING = List.of(BILL, "charged.");

    private static final int CAUSES_TOLD = 3;
    private static final double LEAST_CAUSE = 0.05;

    /**
     * Something that is not as it was.
     *
     * @param cell its items that tell it from others of its result
     * @param what a metric, or {@code status}
     * @param causes what it was spent on more or less, the most first, where both have a bill of it
     */
    public record Change(String cell, String what, String before, String after, double relative, String causes) {}

    /** Whether nothing changed but within the spread. */
    public boolean isNone() {
        return changes.isEmpty() && claims.isEmpty() && missing.isEmpty();
    }

    public static ResultsDiff of(SavedResults before, SavedResults after) {
        Set<String> onlyBefore = common(before.cells().keySet());
        Set<String> onlyAfter = common(after.cells().keySet());
        Map<String, String> settings = new TreeMap<>();
        // What has its default is not written.
        onlyIn(onlyBefore, after, "before", settings);
        onlyIn(onlyAfter, before, "after", settings);
        for (String item : onlyBefore) {
            String name = name(item);
            onlyAfter.stream()
                    .filter(other -> name(other).equals(name) && !other.equals(item))
                    .forEach(other -> settings.put(name, item + " became " + other.substring(name.length() + 1)));
        }
        return new Comparison(before, after, settings).diff();
    }

    private static void onlyIn(Set<String> common, SavedResults other, String when, Map<String, String> settings) {
        Set<String> names = other.cells().keySet().stream()
                .flatMap(cell -> SavedResults.items(cell).stream())
                .map(ResultsDiff::name)
                .collect(Collectors.toSet());
        common.stream()
                .filter(item -> !names.contains(name(item)))
                .forEach(item -> settings.put(name(item), item + " only " + when));
    }

    private static String name(String item) {
        return item.substring(0, Math.max(0, item.indexOf('=')));
    }

    /** The items that all cells have. */
    private static Set<String> common(Collection<String> cells) {
        Set<String> common = null;
        for (String cell : cells) {
            if (common == null) common = new TreeSet<>(SavedResults.items(cell));
            else common.retainAll(SavedResults.items(cell));
        }
        return common == null ? Set.of() : common;
    }

    /** Two results on their way to a diff. */
    private static final class Comparison {
        private final SavedResults before;
        private final SavedResults after;
        private final Map<String, String> settings;
        private final Set<String> uniform;
        private final List<Change> changes = new ArrayList<>();
        private final List<String> missing = new ArrayList<>();
        private int same;
        private int withinSpread;

        Comparison(SavedResults before, SavedResults after, Map<String, String> settings) {
            this.before = before;
            this.after = after;
            this.settings = settings;
            uniform = new HashSet<>(common(before.cells().keySet()));
            uniform.retainAll(common(after.cells().keySet()));
        }

        ResultsDiff diff() {
            Map<String, SavedCell> first = keyed(before);
            Map<String, SavedCell> second = keyed(after);
            first.forEach((key, cell) -> {
                if (second.containsKey(key)) compare(key, cell, second.get(key));
                else missing.add(shown(key) + ": only in " + before.name());
            });
            second.keySet().stream()
                    .filter(key -> !first.containsKey(key))
                    .forEach(key -> missing.add(shown(key) + ": only in " + after.name()));
            return new ResultsDiff(
                    List.copyOf(settings.values()), same, withinSpread, List.copyOf(changes), claims(), missing);
        }

        /** Cells by what must be the same of them. */
        private Map<String, SavedCell> keyed(SavedResults results) {
            Map<String, SavedCell> keyed = new LinkedHashMap<>();
            results.cells()
                    .forEach((text, cell) -> keyed.put(
                            SavedResults.items(text).stream()
                                    .filter(item -> !settings.containsKey(name(item)))
                                    .collect(Collectors.joining(" ")),
                            cell));
            return keyed;
        }

        /** What tells a cell from the others. */
        private String shown(String key) {
            String shown = SavedResults.items(key).stream()
                    .filter(item -> !uniform.contains(item))
                    .collect(Collectors.joining(" "));
            return shown.isEmpty() ? "the cell" : shown;
        }

        private void compare(String key, SavedCell first, SavedCell second) {
            int count = changes.size();
            if (!first.status().equals(second.status()) || !first.reason().equals(second.reason())) {
                changes.add(new Change(shown(key), "status", outcome(first), outcome(second), 0, ""));
            }
            Set<String> names = new TreeSet<>(first.metrics().keySet());
            names.addAll(second.metrics().keySet());
            if (first.metrics().isEmpty() || second.metrics().isEmpty()) names.clear();
            for (String name : names) {
                if (EXPLAINING.stream().noneMatch(name::startsWith)) compare(key, name, first, second);
            }
            if (changes.size() == count) same++;
        }

        private static String outcome(SavedCell cell) {
            String reason = cell.reason().lines().findFirst().orElse("");
            return reason.isEmpty() ? cell.status() : cell.status() + ": " + reason;
        }

        private void compare(String key, String name, SavedCell first, SavedCell second) {
            Metric was = first.metrics().get(name);
            Metric is = second.metrics().get(name);
            if (was != null && is != null && was.value() == is.value()) return;
            if (was != null && is != null && was.isWithinSpreadOf(is)) {
                withinSpread++;
                return;
            }
            double relative = was == null || is == null || was.value() == 0 ? 0 : is.value() / was.value() - 1;
            changes.add(new Change(shown(key), name, text(was), text(is), relative, causes(name, first, second)));
        }

        private static String text(Metric metric) {
            return metric == null
                    ? "none"
                    : BigDecimal.valueOf(metric.value()).stripTrailingZeros().toPlainString();
        }

        /** What an interval's cycles were spent on, more or less than before, per part. */
        private static String causes(String name, SavedCell first, SavedCell second) {
            if (!name.endsWith(MEDIAN)) return "";
            String interval = BILL + name.substring(0, name.length() - MEDIAN.length());
            Metric parts = first.metrics().get(interval + PARTS);
            Metric partsNow = second.metrics().get(interval + PARTS);
            if (parts == null || partsNow == null) return "";
            Map<Cause, Double> moved = new TreeMap<>();
            for (Cause cause : Cause.values()) {
                double was = each(first, interval, cause, parts);
                double is = each(second, interval, cause, partsNow);
                if (Math.abs(is - was) >= LEAST_CAUSE) moved.put(cause, is - was);
            }
            return moved.entrySet().stream()
                    .sorted(Comparator.comparingDouble(entry -> -Math.abs(entry.getValue())))
                    .limit(CAUSES_TOLD)
                    .map(entry -> String.format(
                            Locale.ROOT, "%s %+.1f", entry.getKey().title(), entry.getValue()))
                    .collect(Collectors.joining(", "));
        }

        private static double each(SavedCell cell, String interval, Cause cause, Metric parts) {
            Metric spent = cell.metrics().get(interval + "." + cause.word());
            return spent == null ? 0 : spent.value() / parts.value();
        }

        private Map<String, String> claims() {
            Map<String, String> changed = new LinkedHashMap<>();
            before.claims().forEach((id, was) -> {
                String is = after.claims().getOrDefault(id, "not there");
                if (!is.equals(was)) changed.put(id, was + " became " + is);
            });
            after.claims().keySet().stream()
                    .filter(id -> !before.claims().containsKey(id))
                    .forEach(id -> changed.put(id, "is new: " + after.claims().get(id)));
            return changed;
        }
    }
}
