package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.variant.Headline;
import org.sidestep.lab.variant.Outcome;

/** What each mechanism contributes to a cell's headline: the cycles that go away when it is perfect. */
final class AblationTables {

    private final Results results;
    private final Map<Cell, Map<String, Double>> without = new LinkedHashMap<>();
    private final Set<String> mechanisms = new LinkedHashSet<>();

    AblationTables(Results results) {
        this.results = results;
        for (Outcome outcome : results.ablations()) {
            mechanisms.add(outcome.variant().name());
            Headline.value(outcome.result())
                    .ifPresent(
                            value -> without.computeIfAbsent(outcome.variant().of(), cell -> new LinkedHashMap<>())
                                    .put(outcome.variant().name(), value));
        }
    }

    /** The names of the mechanisms, in order. */
    List<String> mechanisms() {
        return List.copyOf(mechanisms);
    }

    /** What a mechanism contributes to a cell, if that can be said. */
    Optional<Double> contribution(Cell cell, String mechanism) {
        Double perfect = without.getOrDefault(cell, Map.of()).get(mechanism);
        return perfect == null
                ? Optional.empty()
                : Headline.value(results.cells().get(cell)).map(value -> value - perfect);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        results.byWorkload().forEach((workload, cells) -> {
            List<Cell> shown = cells.stream().filter(without::containsKey).toList();
            if (shown.isEmpty()) return;
            text.append(String.format(
                    Locale.ROOT, "\n%s: cycles that each mechanism contributes to the median\n", workload));
            text.append(table(Results.byVariant(shown)));
        });
        return text.toString();
    }

    private String table(List<Cell> cells) {
        List<String> coordinates = Results.distinguishing(cells);
        List<String> headings = new ArrayList<>();
        coordinates.forEach(name -> headings.add(Results.heading(name, Axis.WORKLOAD)));
        headings.add("as is");
        headings.addAll(mechanisms);
        List<List<String>> rows = new ArrayList<>();
        for (Cell cell : cells) {
            List<String> row = new ArrayList<>();
            coordinates.forEach(name -> row.add(cell.coordinate(name).orElse("")));
            row.add(number(Headline.value(results.cells().get(cell))));
            mechanisms.forEach(mechanism -> row.add(number(contribution(cell, mechanism))));
            rows.add(row);
        }
        return TextTable.of(headings, rows, coordinates.size());
    }

    private static String number(Optional<Double> value) {
        return value.map(Numbers::text).orElse("");
    }
}
