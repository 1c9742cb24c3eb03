package org.sidestep.lab.claim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.claim.Claim.Counterpart;
import org.sidestep.lab.claim.Claim.Over;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.WholeNumber;

/** Holds claims against results. */
public final class Verifier {

    private final Map<Cell, CellResult> results;
    private final Map<Cell, Boolean> verdicts;
    private final List<Cell> cells;

    /**
     * Holds claims against these.
     *
     * @param results by cell, in the order of the matrix
     * @param verdicts whether the policy of a cell passed verification, of the cells that have one
     */
    public Verifier(Map<Cell, CellResult> results, Map<Cell, Boolean> verdicts) {
        this.results = results;
        this.verdicts = verdicts;
        this.cells = List.copyOf(results.keySet());
    }

    /**
     * Checks, before anything runs, that a claim names the cells it needs.
     *
     * @throws BadInput if it selects no cell, or more than one without saying how they become one value
     */
    public static void check(Claim claim, List<Cell> cells) {
        List<Cell> selected = cells.stream().filter(claim.where()::matches).toList();
        if (selected.isEmpty()) {
            throw new BadInput(String.format(Locale.ROOT, "claim '%s': no cell has %s", claim.id(), claim.where()));
        }
        Optional<BreakEven> breakEven = BreakEven.parse(claim.measure());
        if (breakEven.isPresent()) checkLine(claim, breakEven.get(), selected);
        else if (claim.over() == Over.ONE && selected.size() > 1) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "claim '%s': %d cells have %s; name one (they differ in %s) or say 'over: max | min | each'",
                    claim.id(),
                    selected.size(),
                    claim.where(),
                    String.join(", ", differences(selected))));
        }
        for (Cell cell : selected) {
            claim.minus().ifPresent(other -> counterpart(claim, other, cell, cells));
            claim.dividedBy().ifPresent(other -> counterpart(claim, other, cell, cells));
        }
    }

    /** A break-even point lies on one line, and there are two of them. */
    private static void checkLine(Claim claim, BreakEven breakEven, List<Cell> selected) {
        String coordinate = breakEven.coordinate();
        String wrong = "";
        if (claim.minus().isEmpty()) wrong = "say with 'minus: {where: ...}' whose costs are to be the same";
        else if (claim.dividedBy().isPresent()) wrong = "leave 'divided-by' out: it is a place, not a cost";
        else if (selected.stream().anyMatch(cell -> place(cell, coordinate).isEmpty())) {
            wrong = String.format(Locale.ROOT, "its cells have no number '%s' along which to look", coordinate);
        } else {
            List<String> others = differences(selected).stream()
                    .filter(name -> !name.equals(coordinate))
                    .toList();
            if (!others.isEmpty()) wrong = "its cells differ in " + String.join(", ", others) + " too; name one";
            else if (selected.size() < 2) wrong = "there is one cell only; look along a coordinate with more values";
        }
        if (!wrong.isEmpty()) throw new BadInput(String.format(Locale.ROOT, "claim '%s': %s", claim.id(), wrong));
    }

    private static Optional<Double> place(Cell cell, String coordinate) {
        OptionalLong number =
                cell.coordinate(coordinate).map(WholeNumber::parse).orElse(OptionalLong.empty());
        return number.isPresent() ? Optional.of((double) number.getAsLong()) : Optional.empty();
    }

    /**
     * Judges claims in each layout.
     *
     * @param verdicts as for {@link #Verifier}; they are of the first layout
     */
    public static List<ClaimResult> verify(List<Claim> claims, Layouts layouts, Map<Cell, Boolean> verdicts) {
        List<Verifier> verifiers = IntStream.range(0, layouts.count())
                .mapToObj(index -> new Verifier(layouts.at(index), verdicts))
                .toList();
        return claims.stream()
                .map(claim -> {
                    if (claim.isVerdict() || !layouts.several())
                        return verifiers.get(0).verify(claim);
                    return ClaimResult.of(verifiers.stream()
                            .map(verifier -> verifier.verify(claim))
                            .toList());
                })
                .toList();
    }

    public ClaimResult verify(Claim claim) {
        List<Double> values = new ArrayList<>();
        try {
            Optional<BreakEven> breakEven = BreakEven.parse(claim.measure());
            if (breakEven.isPresent()) {
                double at = round(breakEven(claim, breakEven.get()));
                return ClaimResult.measured(claim, at, claim.expect().accepts(at));
            }
            for (Cell cell : cells) {
                if (claim.where().matches(cell)) values.add(value(claim, cell));
            }
        } catch (Unmeasured e) {
            return ClaimResult.unmeasured(claim, e.getMessage());
        }
        double shown = shown(claim, values);
        return ClaimResult.measured(claim, shown, claim.expect().accepts(shown));
    }

    /** Where the cells of a claim cost as much as their counterparts. */
    private double breakEven(Claim claim, BreakEven breakEven) {
        Counterpart other = claim.minus().orElseThrow();
        String otherMetric = BreakEven.metric(other.measure());
        SortedMap<Double, Double> first = new TreeMap<>();
        SortedMap<Double, Double> second = new TreeMap<>();
        for (Cell cell : cells) {
            if (!claim.where().matches(cell)) continue;
            double place = place(cell, breakEven.coordinate()).orElseThrow();
            first.put(place, metric(breakEven.metric(), cell));
            second.put(place, metric(otherMetric, counterpart(claim, other, cell, cells)));
        }
        List<BreakEven.Crossing> crossings = BreakEven.crossings(first, second);
        if (crossings.size() == 1) return crossings.get(0).at();
        throw new Unmeasured(
                crossings.isEmpty()
                        ? "one of them is cheaper everywhere: there is no break-even point"
                        : "there are " + crossings.size() + " break-even points");
    }

    private static double shown(Claim claim, List<Double> values) {
        return switch (claim.over()) {
            case ONE, MAX -> values.stream().max(Comparator.naturalOrder()).orElseThrow();
            case MIN -> values.stream().min(Comparator.naturalOrder()).orElseThrow();
            case EACH ->
                values.stream()
                        .min(Comparator.comparingDouble(claim.expect()::slack))
                        .orElseThrow();
        };
    }

    private double value(Claim claim, Cell cell) {
        double value = metric(claim.measure(), cell);
        if (claim.minus().isPresent()) value -= otherValue(claim, claim.minus().get(), cell);
        if (claim.dividedBy().isPresent()) {
            double divisor = otherValue(claim, claim.dividedBy().get(), cell);
            if (divisor == 0) throw new Unmeasured("the divisor is 0");
            value /= divisor;
        }
        return round(value);
    }

    private double otherValue(Claim claim, Counterpart other, Cell cell) {
        return metric(other.measure(), counterpart(claim, other, cell, cells));
    }

    private double metric(String name, Cell cell) {
        if (name.equals(Claim.VERDICT)) return verdict(cell);
        CellResult result = results.get(cell);
        if (!result.ok())
            throw new Unmeasured(String.format(Locale.ROOT, "a cell is %s: %s", result.status(), result.shortReason()));
        SortedMap<String, Double> metrics = result.metrics().flat();
        Double value = metrics.get(name);
        if (value == null) {
            throw new Unmeasured(String.format(
                    Locale.ROOT, "there is no metric '%s'%s", name, Nearest.hint(name, metrics.keySet())));
        }
        return value;
    }

    private double verdict(Cell cell) {
        Boolean passed = verdicts.get(cell);
        if (passed == null) throw new Unmeasured("there is no verdict on user-level threads");
        return Expectation.verdict(passed);
    }

    private static Cell counterpart(Claim claim, Counterpart other, Cell cell, List<Cell> cells) {
        List<Cell> found = other.where().counterparts(cell, cells);
        if (found.size() == 1) return found.get(0);
        throw new BadInput(String.format(
                Locale.ROOT,
                "claim '%s': %s with %s, and else like %s",
                claim.id(),
                found.isEmpty() ? "there is no cell" : "there are " + found.size() + " cells",
                other.where(),
                cell.coordinates()));
    }

    private static List<String> differences(List<Cell> cells) {
        return cells.get(0).coordinates().keySet().stream()
                .filter(name -> cells.stream()
                                .map(cell -> String.valueOf(cell.coordinates().get(name)))
                                .distinct()
                                .count()
                        > 1)
                .toList();
    }

    private static double round(double value) {
        return Math.rint(value * 1000) / 1000;
    }

    /** A value that does not exist because a run failed. */
    private static final class Unmeasured extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unmeasured(String message) {
            super(message);
        }
    }
}
