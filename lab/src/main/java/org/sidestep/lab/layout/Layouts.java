package org.sidestep.lab.layout;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Distribution;
import org.sidestep.experiment.Metrics;

/**
 * What cells gave in each of their layouts.
 *
 * @param results by cell, in the order of the matrix; of each one result per layout, the first layout's first
 */
public record Layouts(Map<Cell, List<CellResult>> results) {

    /** How many an experiment may ask for: more would tell no more. */
    public static final int MOST = 1000;

    /** {@code cell} in so many layouts, the first of which is its own. */
    public static List<Cell> of(Cell cell, int count) {
        return IntStream.range(0, count)
                .mapToObj(more -> cell.in(cell.layout() + more))
                .toList();
    }

    /** How many layouts each cell has. */
    public int count() {
        return results.values().stream().mapToInt(List::size).max().orElse(1);
    }

    /** Whether there is anything to say of a spread. */
    public boolean several() {
        return count() > 1;
    }

    /** What all cells gave in one layout; {@code index} counts from 0. */
    public Map<Cell, CellResult> at(int index) {
        return each(all -> all.get(index));
    }

    /** Each cell's result with the median of every metric over its layouts; what went wrong in one of them went wrong. */
    public Map<Cell, CellResult> medians() {
        return each(Layouts::median);
    }

    private Map<Cell, CellResult> each(Function<List<CellResult>, CellResult> choice) {
        Map<Cell, CellResult> chosen = new LinkedHashMap<>();
        results.forEach((cell, all) -> chosen.put(cell, choice.apply(all)));
        return chosen;
    }

    private static CellResult median(List<CellResult> all) {
        CellResult first = all.get(0);
        if (all.size() == 1 || !first.ok()) return first;
        for (int i = 1; i < all.size(); i++) {
            CellResult other = all.get(i);
            if (other.ok()) continue;
            String where = String.format(Locale.ROOT, "in layout %d: ", Cell.FIRST_LAYOUT + i);
            return CellResult.without(other.status(), where + other.reason(), first.image());
        }
        List<Metrics> metrics = all.stream().map(CellResult::metrics).toList();
        return new CellResult(first.status(), "", first.image(), median(metrics), first.timeline(), first.figures());
    }

    private static Metrics median(Iterable<Metrics> all) {
        Set<String> counts = new TreeSet<>();
        Set<String> distributions = new TreeSet<>();
        all.forEach(metrics -> {
            counts.addAll(metrics.counts().keySet());
            distributions.addAll(metrics.distributions().keySet());
        });
        SortedMap<String, Double> count = new TreeMap<>();
        for (String name : counts)
            count.put(name, median(all, metrics -> metrics.counts().get(name)));
        SortedMap<String, Distribution> distribution = new TreeMap<>();
        for (String name : distributions) {
            Function<Function<Distribution, Double>, Double> part = of -> median(all, metrics -> {
                Distribution samples = metrics.distributions().get(name);
                return samples == null ? null : of.apply(samples);
            });
            distribution.put(
                    name,
                    new Distribution(
                            part.apply(Distribution::min),
                            part.apply(Distribution::median),
                            part.apply(Distribution::p99),
                            part.apply(Distribution::max),
                            part.apply(Distribution::mean),
                            part.apply(of -> (double) of.count()).longValue()));
        }
        return new Metrics(count, distribution);
    }

    /** Over those that have the value. */
    private static double median(Iterable<Metrics> all, Function<Metrics, Double> value) {
        List<Double> values = new ArrayList<>();
        all.forEach(metrics -> values.add(value.apply(metrics)));
        values.removeIf(Objects::isNull);
        return middle(values);
    }

    /** One of the values (of an even number the lower in the middle), of which there is at least one. */
    public static double middle(List<Double> values) {
        return values.stream()
                .sorted()
                .skip((values.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }

    /** Between which values a metric of a cell lies; empty if a layout was not measured or has no such metric. */
    public Optional<Spread> spread(Cell cell, String metric) {
        List<Double> values = new ArrayList<>();
        for (CellResult result : results.getOrDefault(cell, List.of())) {
            Double value = result.metrics().flat().get(metric);
            if (value == null) return Optional.empty();
            values.add(value);
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** The spreads of those metrics of a cell that depend on the layout, by full name. */
    public SortedMap<String, Spread> spreads(Cell cell) {
        SortedMap<String, Spread> spreads = new TreeMap<>();
        if (!several()) return spreads;
        for (String metric : results.get(cell).get(0).metrics().flat().keySet()) {
            spread(cell, metric)
                    .filter(spread -> spread.low() != spread.high())
                    .ifPresent(spread -> spreads.put(metric, spread));
        }
        return spreads;
    }

    /** Whether a metric differs in two cells, but by no more than layouts make of it: that they differ is not shown. */
    public boolean hide(Cell one, Cell other, String metric) {
        if (!several()) return false;
        Optional<Spread> first = spread(one, metric);
        Optional<Spread> second = spread(other, metric);
        return first.isPresent()
                && second.isPresent()
                && !first.equals(second)
                && first.get().meets(second.get());
    }
}
