package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Headline;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.verify.Verdict;

/** What to know first: claims, cells, and which choices matter most. */
final class Summary {

    private static final int EFFECTS = 3;

    private Summary() {}

    static Table of(Results results) {
        List<Row> rows = new ArrayList<>();
        claims(results).ifPresent(rows::add);
        rows.add(cells(results));
        layouts(results).ifPresent(rows::add);
        verdicts(results).ifPresent(rows::add);
        for (Effect effect : effects(results)) {
            rows.add(Table.row(
                    "effect " + effect.coordinate, Value.of("effect of " + effect.coordinate), text(results, effect)));
        }
        return new Table("summary", "Summary", List.of(Column.words("what"), Column.prose("outcome")), rows, List.of());
    }

    private static Optional<Row> claims(Results results) {
        List<ClaimResult> claims = results.claims();
        if (claims.isEmpty()) return Optional.empty();
        List<String> failed = claims.stream()
                .filter(claim -> !claim.passed())
                .map(claim -> claim.claim().id())
                .toList();
        String passed = String.format(Locale.ROOT, "%d of %d passed", claims.size() - failed.size(), claims.size());
        String text = failed.isEmpty() ? passed : passed + "; FAILED: " + String.join(", ", failed);
        return Optional.of(Table.row("claims", Value.of("claims"), Value.verdict(failed.isEmpty(), text)));
    }

    private static Row cells(Results results) {
        long ok = results.cells().values().stream().filter(CellResult::ok).count();
        long unfit = results.cells().values().stream()
                .filter(result -> result.status() == Status.NOT_APPLICABLE)
                .count();
        long failed = results.cells().size() - ok - unfit;
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%d of %d measured", ok, results.cells().size()));
        if (unfit > 0) text.append(String.format(Locale.ROOT, ", %d not applicable", unfit));
        if (failed > 0) text.append(String.format(Locale.ROOT, ", %d FAILED", failed));
        return Table.row("cells", Value.of("cells"), Value.verdict(failed == 0, text.toString()));
    }

    private static Optional<Row> layouts(Results results) {
        if (!results.layouts().several()) return Optional.empty();
        String text = String.format(
                Locale.ROOT,
                "%d of each cell; figures are medians, bars lead from the least to the greatest, and a difference within that is %s",
                results.layouts().count(),
                Spreads.NOT_SHOWN);
        return Optional.of(Table.row("layouts", Value.of("layouts"), Value.of(text)));
    }

    private static Optional<Row> verdicts(Results results) {
        Set<Verdict> verdicts = new LinkedHashSet<>(results.verdicts().values());
        if (verdicts.isEmpty()) return Optional.empty();
        List<String> failed = verdicts.stream()
                .filter(verdict -> !verdict.passed())
                .map(verdict -> Subjects.name(verdict.subject()))
                .toList();
        String passed = String.format(
                Locale.ROOT, "%d of %d policies passed", verdicts.size() - failed.size(), verdicts.size());
        String text = failed.isEmpty() ? passed : passed + "; FAILED: " + String.join(", ", failed);
        return Optional.of(Table.row("verdicts", Value.of("verdicts"), Value.verdict(failed.isEmpty(), text)));
    }

    /** The two cells that differ most of all that differ in one coordinate alone. */
    private record Effect(String coordinate, Cell dear, Cell cheap, double ratio) {}

    /** The greatest effect of each choice that has one, the greatest three. */
    private static List<Effect> effects(Results results) {
        List<Cell> compared = results.cells().keySet().stream()
                .filter(cell -> !Floor.isFloor(cell))
                .filter(cell -> results.cells().get(cell).ok())
                .toList();
        List<Effect> effects = new ArrayList<>();
        for (String coordinate : Group.varying(compared)) {
            if (isWork(coordinate)) continue;
            Map<Map<String, String>, List<Cell>> alike = new LinkedHashMap<>();
            for (Cell cell : compared) {
                Map<String, String> rest = cell.coordinates();
                rest.keySet().removeIf(name -> name.equals(coordinate) || name.startsWith(coordinate + "."));
                alike.computeIfAbsent(rest, r -> new ArrayList<>()).add(cell);
            }
            alike.values().stream()
                    .flatMap(cells -> effect(results, coordinate, cells).stream())
                    .max(Comparator.comparingDouble(Effect::ratio))
                    .ifPresent(effects::add);
        }
        effects.sort(Comparator.comparingDouble(Effect::ratio).reversed());
        return effects.subList(0, Math.min(EFFECTS, effects.size()));
    }

    /** What is done, and how often, is no choice. */
    private static boolean isWork(String coordinate) {
        return coordinate.equals(Cell.SEED) || coordinate.split("\\.", 2)[0].equals(Axis.WORKLOAD.name());
    }

    private static Optional<Effect> effect(Results results, String coordinate, List<Cell> cells) {
        Comparator<Cell> byCost = Comparator.comparingDouble(cell -> cost(results, cell));
        Optional<Cell> cheap = cells.stream().min(byCost);
        Optional<Cell> dear = cells.stream().max(byCost);
        if (cheap.isEmpty() || cost(results, cheap.get()) <= 0) return Optional.empty();
        double ratio = cost(results, dear.get()) / cost(results, cheap.get());
        return ratio > 1 ? Optional.of(new Effect(coordinate, dear.get(), cheap.get(), ratio)) : Optional.empty();
    }

    private static double cost(Results results, Cell cell) {
        return Headline.value(results.cells().get(cell)).orElse(0.0);
    }

    private static Value text(Results results, Effect effect) {
        Group all = new Group(List.copyOf(results.cells().keySet()));
        String where = all.variantBut(effect.cheap, List.of(effect.coordinate));
        String workload = effect.cheap.on(Axis.WORKLOAD).plugin().id();
        return Value.of(String.format(
                Locale.ROOT,
                "%s %s instead of %s: %s instead of %s cycles (%s), 1/%.2f, %s%s",
                effect.coordinate,
                effect.cheap.coordinate(effect.coordinate).orElse(""),
                effect.dear.coordinate(effect.coordinate).orElse(""),
                Numbers.text(cost(results, effect.cheap)),
                Numbers.text(cost(results, effect.dear)),
                Headline.metric(results.cells().get(effect.cheap)).orElse(""),
                effect.ratio,
                where.isEmpty() ? workload : where.contains(workload) ? where : workload + ", " + where,
                Spreads.hide(results, effect.cheap, effect.dear) ? "; " + Spreads.NOT_SHOWN : ""));
    }
}
