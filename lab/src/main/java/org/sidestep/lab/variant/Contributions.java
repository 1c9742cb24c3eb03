package org.sidestep.lab.variant;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;

/** What each mechanism contributes to a cell's headline: the cycles that go away when it is perfect. */
public final class Contributions {

    private final Map<Cell, CellResult> results;
    private final Map<Cell, Map<String, Double>> without = new LinkedHashMap<>();
    private final Set<String> mechanisms = new LinkedHashSet<>();

    /** From the results of cells, and those without mechanisms. */
    public Contributions(Map<Cell, CellResult> results, List<VariantOutcome> ablations) {
        this.results = results;
        for (VariantOutcome outcome : ablations) {
            mechanisms.add(outcome.variant().name());
            Headline.value(outcome.result())
                    .ifPresent(
                            value -> without.computeIfAbsent(outcome.variant().of(), cell -> new LinkedHashMap<>())
                                    .put(outcome.variant().name(), value));
        }
    }

    /** The names of the mechanisms, in order. */
    public List<String> mechanisms() {
        return List.copyOf(mechanisms);
    }

    /** Whether anything can be said of a cell. */
    public boolean known(Cell cell) {
        return without.containsKey(cell);
    }

    /** What a mechanism contributes to a cell, if that can be said. */
    public Optional<Double> of(Cell cell, String mechanism) {
        Double perfect = without.getOrDefault(cell, Map.of()).get(mechanism);
        return perfect == null
                ? Optional.empty()
                : Headline.value(results.get(cell)).map(value -> value - perfect);
    }
}
