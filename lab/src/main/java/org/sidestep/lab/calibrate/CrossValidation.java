package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameter;

/**
 * Whether the figures of a model's instruction classes say more than the rows that they are from. The mnemonics are divided
 * at random into halves. Each half fits, from its rows alone, the figures that they move; the other half is predicted with
 * them. So each row is predicted twice, once with figures that it has helped to fit and once with figures that it has not:
 * the difference is what a fit is worth beyond its own rows.
 *
 * <p>Which figure a row moves, the model itself tells: with another value of its own for each figure, the row takes that
 * many cycles more, or just as many. A figure is then the median of what the half's rows ask for; what a row takes beside it
 * stays. Rows whose figure no row of the other half moves cannot be judged and are left out.
 *
 * @param seed of the halves
 * @param figures that were fitted
 * @param outside rows' figures that are left out
 * @param rows figures of rows that are judged
 * @param sheet share of these that are within a tenth with the data sheet
 * @param fitted likewise with what their own half has fitted
 * @param judged likewise with what the other half has
 */
public record CrossValidation(
        String model, long seed, int figures, int outside, int rows, double sheet, double fitted, double judged) {

    /** Figures of classes, of which a row moves one. */
    private static final Pattern CLASS = Pattern.compile("(latency|decode|busy|serial|cycles)\\..+");

    private static final String HUNDREDTHS = "cycles/100";
    private static final int HUNDRED = 100;

    /** Cycles that no row takes, the next figure's so many more; twice the first is more than the last, for up to 624 figures. */
    private static final long MARK = 5000;

    private static final int APART = 8;

    /** A row on one machine with one set of figures. */
    private record Run(MeasuredFigures.Row row, String column, double measured, double predicted) {

        boolean isClose() {
            return new Comparison(row.kind(), row.name(), column, predicted, measured).isWithinTenth();
        }
    }

    /**
     * Divides, fits and judges.
     *
     * @return empty if the part has not been measured, or no figure is moved by rows of both halves
     */
    public static Optional<CrossValidation> of(
            Configured<CpuModel> cpu, MeasuredFigures figures, MachineProvider machine, long seed) {
        Configured<MachineProvider> board = Calibration.small(machine);
        int[] leaf = cpu.plugin().identity(cpu.parameters()).cpuid(1);
        List<MeasuredFigures.Row> rows = figures.part(leaf[0]).map(figures::of).orElse(List.of());
        return new Fit(cpu, board, halves(rows, seed)).judge(rows, seed);
    }

    /** The mnemonics of one half. */
    private static Set<String> halves(List<MeasuredFigures.Row> rows, long seed) {
        List<String> all = new ArrayList<>(
                rows.stream().map(CrossValidation::mnemonic).collect(LinkedHashSet::new, Set::add, Set::addAll));
        Collections.shuffle(all, new Random(seed));
        return Set.copyOf(all.subList(0, all.size() / 2));
    }

    private static String mnemonic(MeasuredFigures.Row row) {
        return row.name().replaceFirst("^(\\d+x? ?)?(0x66 |LOCK )?", "").replaceFirst("[ \\d].*", "");
    }

    /** What is done with one division. */
    private record Fit(Configured<CpuModel> cpu, Configured<MachineProvider> board, Set<String> half) {

        Optional<CrossValidation> judge(List<MeasuredFigures.Row> all, long seed) {
            List<Run> sheet = run(cpu, all);
            Map<Run, Parameter> moved = moved(sheet);
            Set<String> both = figuresOf(moved, true);
            both.retainAll(figuresOf(moved, false));
            List<Run> rows = sheet.stream()
                    .filter(run -> moved.containsKey(run)
                            && both.contains(moved.get(run).name()))
                    .toList();
            if (rows.isEmpty()) return Optional.empty();
            Map<String, Boolean> first = close(rows, moved, true);
            Map<String, Boolean> second = close(rows, moved, false);
            double fitted = 0;
            double judged = 0;
            for (Run run : rows) {
                boolean own = half.contains(mnemonic(run.row));
                if ((own ? first : second).get(key(run))) fitted++;
                if ((own ? second : first).get(key(run))) judged++;
            }
            int count = rows.size();
            double before = rows.stream().filter(Run::isClose).count();
            return Optional.of(new CrossValidation(
                    cpu.plugin().id(),
                    seed,
                    both.size(),
                    sheet.size() - count,
                    count,
                    before / count,
                    fitted / count,
                    judged / count));
        }

        private Set<String> figuresOf(Map<Run, Parameter> moved, boolean own) {
            Set<String> names = new LinkedHashSet<>();
            moved.forEach((run, figure) -> {
                if (half.contains(mnemonic(run.row)) == own) names.add(figure.name());
            });
            return names;
        }

        /** Whether each row is close with the figures that one half has fitted. */
        private Map<String, Boolean> close(List<Run> rows, Map<Run, Parameter> moved, boolean own) {
            Map<String, List<Double>> wanted = new TreeMap<>();
            Map<String, Parameter> figures = new TreeMap<>();
            for (Run run : rows) {
                Parameter figure = moved.get(run);
                figures.put(figure.name(), figure);
                if (half.contains(mnemonic(run.row)) != own) continue;
                wanted.computeIfAbsent(figure.name(), name -> new ArrayList<>())
                        .add(value(figure) + (run.measured - run.predicted) * unit(figure));
            }
            Map<String, Long> values = new LinkedHashMap<>();
            wanted.forEach((name, list) -> values.put(name, within(figures.get(name), median(list))));
            Map<String, Boolean> close = new LinkedHashMap<>();
            List<MeasuredFigures.Row> distinct =
                    rows.stream().map(Run::row).distinct().toList();
            for (Run run : run(with(values), distinct)) close.put(key(run), run.isClose());
            return close;
        }

        private static long within(Parameter figure, double value) {
            return Math.max(figure.min(), Math.min(figure.max(), Math.round(value)));
        }

        private static double median(List<Double> values) {
            Collections.sort(values);
            return values.get(values.size() / 2);
        }

        private double value(Parameter figure) {
            return cpu.parameters().longInteger(figure.name());
        }

        private static int unit(Parameter figure) {
            return figure.evidence().filter(e -> e.unit().equals(HUNDREDTHS)).isPresent() ? HUNDRED : 1;
        }

        /** The figure that each row moves, for those that move one. */
        private Map<Run, Parameter> moved(List<Run> sheet) {
            List<Parameter> classes = cpu.plugin().parameters().stream()
                    .filter(figure -> CLASS.matcher(figure.name()).matches())
                    .toList();
            Map<String, Long> marks = new LinkedHashMap<>();
            for (int i = 0; i < classes.size(); i++) {
                long mark = (MARK + (long) APART * i) * unit(classes.get(i));
                marks.put(classes.get(i).name(), mark);
            }
            List<MeasuredFigures.Row> rows =
                    sheet.stream().map(Run::row).distinct().toList();
            Map<String, Double> marked = new LinkedHashMap<>();
            for (Run run : run(with(marks), rows)) marked.put(key(run), run.predicted);
            Map<Run, Parameter> moved = new LinkedHashMap<>();
            for (Run run : sheet) {
                Double cycles = marked.get(key(run));
                if (cycles == null) continue;
                for (Parameter figure : classes) {
                    double mark = (double) marks.get(figure.name()) / unit(figure);
                    double more = run.predicted - value(figure) / unit(figure);
                    if (Math.abs(cycles - mark - more) < 0.5) moved.put(run, figure);
                }
            }
            return moved;
        }

        private Configured<CpuModel> with(Map<String, Long> values) {
            Configured<CpuModel> changed = cpu;
            for (Map.Entry<String, Long> value : values.entrySet()) {
                try {
                    changed = changed.with(value.getKey(), value.getValue());
                } catch (BadParameter e) {
                    throw new IllegalStateException("a fitted figure is in its range", e);
                }
            }
            return changed;
        }

        private List<Run> run(Configured<CpuModel> model, List<MeasuredFigures.Row> rows) {
            List<Run> runs = new ArrayList<>();
            for (MeasuredFigures.Row row : rows) {
                row.latency().ifPresent(cycles -> run(model, row, "L", cycles).ifPresent(runs::add));
                row.throughput()
                        .ifPresent(cycles -> run(model, row, "T", cycles).ifPresent(runs::add));
            }
            return runs;
        }

        private Optional<Run> run(Configured<CpuModel> model, MeasuredFigures.Row row, String column, double measured) {
            if (Unclear.of(row.name(), column).isPresent()) return Optional.empty();
            try {
                double cycles = Calibration.predicted(row, column, () -> machine(model));
                return Optional.of(new Run(row, column, measured, cycles));
            } catch (NotExecuted e) {
                return Optional.empty();
            }
        }

        private Machine machine(Configured<CpuModel> model) {
            return board.plugin().create(board.parameters(), model);
        }

        private static String key(Run run) {
            return run.row.name() + " " + run.column;
        }
    }

    /** Points by which a fit does better on its own half than on the other. */
    public double gap() {
        return HUNDRED * (fitted - judged);
    }
}
