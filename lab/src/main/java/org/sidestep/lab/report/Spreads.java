package org.sidestep.lab.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.layout.Spread;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Headline;

/** What reports say of layouts: between which values something lies, and which differences this hides. */
final class Spreads {

    /** What is said of a difference that is not greater than what layouts make of it. */
    static final String NOT_SHOWN = "not shown";

    /** Of the value in the column before. */
    static final Column COLUMN = new Column(
            "spread", "layouts", Table.Kind.NUMBER, "", "Between which values it lies over all layouts.", false);

    /** Beside a row's headline. */
    static final Column HIDDEN = Column.words(
            "hidden",
            NOT_SHOWN,
            "The policies of the same variant whose median differs, but by no more than layouts make of it.");

    private Spreads() {}

    static String text(Spread spread) {
        String low = Numbers.text(spread.low());
        String high = Numbers.text(spread.high());
        return low.equals(high) ? low : low + ".." + high;
    }

    /** The spread of a cell's metric, if there is one to speak of. */
    static Optional<Spread> of(Results results, Cell cell, String metric) {
        return results.layouts().several() ? results.layouts().spread(cell, metric) : Optional.empty();
    }

    /** Those of {@code group} with the same variant as {@code cell} that are not shown to differ from it, by their policies. */
    static Value hidden(Results results, Group group, Cell cell) {
        List<Cell> others = group.cells().stream()
                .filter(other -> !other.equals(cell) && group.variant(other).equals(group.variant(cell)))
                .filter(other -> hide(results, cell, other))
                .toList();
        return Value.of(others.stream().map(group::policy).collect(Collectors.joining("; ")));
    }

    /** Whether the headlines of two cells differ by no more than layouts make of them. */
    static boolean hide(Results results, Cell one, Cell other) {
        return Headline.metric(results.cells().get(one))
                .filter(metric -> results.layouts().hide(one, other, metric))
                .isPresent();
    }
}
