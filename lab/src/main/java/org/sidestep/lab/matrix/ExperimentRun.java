package org.sidestep.lab.matrix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.claim.Verifier;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.layout.Layouts;
import org.sidestep.lab.run.Observations;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.Sensitivity;
import org.sidestep.lab.variant.Variant;
import org.sidestep.lab.variant.VariantOutcome;
import org.sidestep.verify.SideBySide;
import org.sidestep.verify.Verdict;

/**
 * Runs an experiment: its cells, their variants, then its claims. Cells run side by side; the order in which they finish leaves
 * no trace in the results.
 */
public final class ExperimentRun {

    private final Experiment experiment;
    private final List<Variant> ablations;
    private final boolean sensitivity;
    private final CellExecutor executor;
    private final RunListener listener;

    /**
     * Prepares a run.
     *
     * @param ablations cells to run without mechanisms as well
     * @param sensitivity whether to run cells again at both ends of the figures of low confidence that they rest on
     */
    public ExperimentRun(
            Experiment experiment,
            List<Variant> ablations,
            boolean sensitivity,
            CellExecutor executor,
            RunListener listener) {
        this.experiment = experiment;
        this.ablations = ablations;
        this.sensitivity = sensitivity;
        this.executor = executor;
        this.listener = listener;
    }

    /**
     * Runs all there is to run.
     *
     * @param versions of the program and of the plugins, which the results name
     * @param verdicts on the policies of cells, as far as that is asked for
     */
    public Results run(SortedMap<String, String> versions, Map<Cell, Verdict> verdicts) {
        listener.more(experiment.cells().size() * experiment.layouts() + ablations.size());
        Layouts layouts = inLayouts(experiment.cells());
        Map<Cell, CellResult> first = layouts.at(0);
        Map<Variant, CellResult> without = each(ablations, variant -> run(variant.cell()));
        List<VariantOutcome> outcomes = new ArrayList<>();
        without.forEach((variant, result) -> outcomes.add(new VariantOutcome(variant, result)));
        Map<Cell, Boolean> passed = new LinkedHashMap<>();
        verdicts.forEach((cell, verdict) -> passed.put(cell, verdict.passed()));
        List<ClaimResult> claims = Verifier.verify(experiment.claims(), layouts, passed);
        return new Results(
                experiment, versions, layouts, verdicts, claims, outcomes, sensitivity ? doubts(first) : Map.of());
    }

    /** Of other layouts than the first, who ran when is of no use to anybody. */
    private Layouts inLayouts(List<Cell> cells) {
        List<Cell> all = cells.stream()
                .flatMap(cell -> Layouts.of(cell, experiment.layouts()).stream())
                .toList();
        Map<Cell, CellResult> results = each(all, this::run);
        Map<Cell, List<CellResult>> byCell = new LinkedHashMap<>();
        for (Cell cell : cells) {
            byCell.put(cell, new ArrayList<>());
            for (Cell in : Layouts.of(cell, experiment.layouts())) {
                CellResult result = results.get(in);
                byCell.get(cell).add(in.equals(cell) ? result : result.with(Timeline.EMPTY));
            }
        }
        return new Layouts(byCell);
    }

    /** Runs some of the cells, each with all its variants, and judges nothing: what a shard does. */
    public void runOnly(List<Cell> some) {
        listener.more(some.size());
        Map<Cell, List<Variant>> without = ablations.stream().collect(Collectors.groupingBy(Variant::of));
        each(some, cell -> {
            CellResult result = run(cell);
            for (Cell other : Layouts.of(cell, experiment.layouts())) {
                if (other.equals(cell)) continue;
                listener.more(1);
                run(other);
            }
            for (Variant variant : without.getOrDefault(cell, List.of())) {
                listener.more(1);
                run(variant.cell());
            }
            if (sensitivity) doubts(cell, result);
            return true;
        });
    }

    /**
     * Cells with the figures of low confidence that they rest on; those that rest on none are left out. Long ones are begun first,
     * so that none of them is what all others have been waiting for.
     */
    private Map<Cell, List<Doubt>> doubts(Map<Cell, CellResult> results) {
        List<Cell> longFirst = experiment.cells().stream()
                .sorted(Comparator.comparingDouble((Cell cell) -> instructions(results.get(cell)))
                        .reversed())
                .toList();
        Map<Cell, List<Doubt>> found = each(longFirst, cell -> doubts(cell, results.get(cell)));
        Map<Cell, List<Doubt>> doubts = new LinkedHashMap<>();
        for (Cell cell : experiment.cells()) {
            if (!found.get(cell).isEmpty()) doubts.put(cell, found.get(cell));
        }
        return doubts;
    }

    private static double instructions(CellResult result) {
        return result.metrics().counts().getOrDefault(Observations.INSTRUCTIONS, 0.0);
    }

    private List<Doubt> doubts(Cell cell, CellResult result) {
        return Sensitivity.of(cell, result, experiment.measures(cell), variant -> {
            listener.more(1);
            return run(variant);
        });
    }

    private CellResult run(Cell cell) {
        long start = System.nanoTime();
        CellResult result = executor.run(cell);
        listener.finished(cell, result, (System.nanoTime() - start) / 1_000_000);
        return result;
    }

    private <K, T> Map<K, T> each(List<K> all, Function<K, T> work) {
        Iterator<T> answers = SideBySide.each(executor.places(), all, work).iterator();
        Map<K, T> each = new LinkedHashMap<>();
        for (K one : all) each.put(one, answers.next());
        return each;
    }
}
