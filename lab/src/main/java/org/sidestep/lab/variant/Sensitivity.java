package org.sidestep.lab.variant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.run.Observations;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Parameter;

/**
 * Finds the figures of low confidence that a cell's numbers rest on, by running it again with other values. A figure that
 * the cell was charged with time and again is tried by itself. All others are tried together; most of the time nothing
 * moves, else the culprits are found by halving. A figure that the experiment has set itself is not in doubt, nor is one on
 * which what was measured cannot rest ({@link CellResult#figures}).
 */
public final class Sensitivity {

    /** So often a figure is charged that surely moves something. */
    private static final int OFTEN = 100;

    /** Smaller changes come from when the timer ticks, which every cycle of the start moves. */
    private static final double NEGLIGIBLE = 0.005;

    private final Cell cell;
    private final CellResult base;
    private final Set<String> measures;
    private final Function<Cell, CellResult> runner;

    private Sensitivity(Cell cell, CellResult base, Set<String> measures, Function<Cell, CellResult> runner) {
        this.cell = cell;
        this.base = base;
        this.measures = measures;
        this.runner = runner;
    }

    /**
     * The figures that move the cell's headline or one of {@code measures} by more than half a per cent.
     *
     * @param runner runs a cell
     */
    public static List<Doubt> of(Cell cell, CellResult base, Set<String> measures, Function<Cell, CellResult> runner) {
        if (!base.ok()) return List.of();
        Sensitivity sensitivity = new Sensitivity(cell, base, measures, runner);
        List<Parameter> charged = new ArrayList<>();
        List<Parameter> others = new ArrayList<>();
        for (Parameter figure : sensitivity.doubtful()) {
            double count = base.metrics().counts().getOrDefault(Observations.CHARGED + figure.name(), 0.0);
            (count >= OFTEN ? charged : others).add(figure);
        }
        List<Doubt> doubts = new ArrayList<>();
        for (Parameter figure : charged) sensitivity.tryOne(figure, doubts);
        sensitivity.tryTogether(others, doubts);
        return doubts;
    }

    private List<Parameter> doubtful() {
        Configured<?> cpu = cell.on(Axis.CPU);
        Map<String, Object> values = cpu.parameters().asMap();
        return cpu.plugin().parameters().stream()
                .filter(Parameter::isDoubtful)
                .filter(figure -> values.get(figure.name()).equals(figure.defaultValue()))
                .filter(figure -> base.figures().contains(figure.name()))
                .toList();
    }

    /** Whether it moves something. */
    private boolean tryOne(Parameter figure, List<Doubt> doubts) {
        Evidence evidence = figure.evidence().orElseThrow();
        CellResult high = runner.apply(cell.with(Axis.CPU, figure.name(), evidence.high()));
        CellResult low = runner.apply(cell.with(Axis.CPU, figure.name(), evidence.low()));
        boolean moves = moves(high) || moves(low);
        if (moves) doubts.add(new Doubt(figure, low, high));
        return moves;
    }

    /** Whether they move something, each of which is found then. */
    private boolean tryTogether(List<Parameter> figures, List<Doubt> doubts) {
        if (figures.isEmpty()) return false;
        if (figures.size() == 1) return tryOne(figures.get(0), doubts);
        Cell all = cell;
        for (Parameter figure : figures) {
            all = all.with(
                    Axis.CPU, figure.name(), figure.evidence().orElseThrow().high());
        }
        if (!moves(runner.apply(all))) return false;
        halve(figures, doubts);
        return true;
    }

    /** Of those that move something together: if the first half does not, the other one does, and is not asked. */
    private void halve(List<Parameter> figures, List<Doubt> doubts) {
        int half = figures.size() / 2;
        List<Parameter> others = figures.subList(half, figures.size());
        if (tryTogether(figures.subList(0, half), doubts) || others.size() == 1) tryTogether(others, doubts);
        else halve(others, doubts);
    }

    private boolean moves(CellResult other) {
        if (other.status() != base.status()) return true;
        if (differ(Headline.value(base), Headline.value(other))) return true;
        Map<String, Double> before = base.metrics().flat();
        Map<String, Double> now = other.metrics().flat();
        return measures.stream()
                .anyMatch(name -> differ(Optional.ofNullable(before.get(name)), Optional.ofNullable(now.get(name))));
    }

    private static boolean differ(Optional<Double> one, Optional<Double> other) {
        if (one.isEmpty() || other.isEmpty()) return one.isPresent() != other.isPresent();
        return Math.abs(one.get() - other.get()) > NEGLIGIBLE * Math.abs(one.get());
    }
}
