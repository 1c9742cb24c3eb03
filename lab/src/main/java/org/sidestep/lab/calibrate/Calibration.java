package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;

/**
 * A CPU model against the figures of the part that its CPUID signature names.
 *
 * @param part as the figures call it
 * @param notExecuted rows that have figures but cannot be run, and why
 */
public record Calibration(
        String model, String part, List<Comparison> comparisons, Map<Figures.Row, String> notExecuted) {

    /** Whether the figures have the part that a model stands for. */
    public static boolean isPossible(CpuModel model, Figures figures) {
        return figures.part(signature(model)).isPresent();
    }

    /** The CPUID signature, which tells the part. */
    public static int signature(CpuModel model) {
        return model.identity(Configured.defaults(model).parameters()).cpuid(1)[0];
    }

    /** @param model one for which the calibration {@link #isPossible} */
    public static Calibration of(CpuModel model, Figures figures, MachineProvider machine) {
        Configured<CpuModel> cpu = Configured.defaults(model);
        Configured<MachineProvider> board = Configured.defaults(machine);
        Supplier<Machine> machines = () -> machine.create(board.parameters(), cpu);
        String part = figures.part(signature(model)).orElseThrow();
        Calibration calibration = new Calibration(model.id(), part, new ArrayList<>(), new LinkedHashMap<>());
        for (Figures.Row row : figures.of(part)) {
            try {
                calibration.compare(row, "L", row.latency(), Sequence::dependent, machines);
                calibration.compare(row, "T", row.throughput(), Sequence::independent, machines);
            } catch (NotExecuted e) {
                calibration.notExecuted.put(row, e.getMessage());
            }
        }
        return calibration;
    }

    private void compare(
            Figures.Row row,
            String column,
            Optional<Double> measured,
            Function<Figures.Row, Sequence> sequence,
            Supplier<Machine> machines) {
        if (measured.isEmpty()) return;
        double predicted = sequence.apply(row).cycles(machines);
        comparisons.add(new Comparison(row.kind(), row.name(), column, predicted, measured.get()));
    }

    List<Comparison> comparisons(Kind kind) {
        return comparisons.stream().filter(figure -> figure.kind() == kind).toList();
    }

    List<Figures.Row> notExecuted(Kind kind) {
        return notExecuted.keySet().stream().filter(row -> row.kind() == kind).toList();
    }
}
