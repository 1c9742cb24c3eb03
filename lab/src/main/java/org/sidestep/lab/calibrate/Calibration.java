package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sidestep.lab.BadInput;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;

/**
 * A CPU model against what is known of the part that its CPUID signature names.
 *
 * @param part as the figures call it, or {@link #UNMEASURED}
 * @param notExecuted rows that have figures but cannot be run, and why
 * @param measurements memory and changes of privilege level
 */
public record Calibration(
        String model,
        String part,
        List<Comparison> comparisons,
        Map<MeasuredFigures.Row, String> notExecuted,
        List<Measurement> measurements) {

    /** A part that the figures do not have: only memory and changes of privilege level can be shown. */
    static final String UNMEASURED = "a part without figures";

    private static final int SEP = 1 << 11;
    private static final String MEMORY = "memory";

    /**
     * A probe's cycles on the model, and what is known of them.
     *
     * @param known empty if nothing is
     */
    record Measurement(Probe probe, double predicted, Optional<Reference> known) {}

    public static Calibration of(Configured<CpuModel> cpu, MeasuredFigures figures, MachineProvider machine) {
        CpuModel model = cpu.plugin();
        Configured<MachineProvider> board = small(machine);
        Supplier<Machine> machines = () -> machine.create(board.parameters(), cpu);
        int[] leaf = model.identity(cpu.parameters()).cpuid(1);
        Optional<String> part = figures.part(leaf[0]);
        Calibration calibration = new Calibration(
                model.id(), part.orElse(UNMEASURED), new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
        calibration.measure(leaf[0], (leaf[3] & SEP) != 0, machines);
        for (MeasuredFigures.Row row : part.map(figures::of).orElse(List.of())) {
            try {
                calibration.compare(row, "L", row.latency(), Sequence::dependent, machines);
                calibration.compare(row, "T", row.throughput(), Sequence::independent, machines);
            } catch (NotExecuted e) {
                calibration.notExecuted.put(row, e.getMessage());
            }
        }
        return calibration;
    }

    /** A machine with no more memory than the guests need: there will be thousands. */
    private static Configured<MachineProvider> small(MachineProvider machine) {
        Configured<MachineProvider> board = Configured.defaults(machine);
        return board.parameters().asMap().containsKey(MEMORY) ? board.with(MEMORY, Guest.MEGABYTES) : board;
    }

    private void measure(int signature, boolean sysenter, Supplier<Machine> machines) {
        for (Probe probe : Probe.values()) {
            if (probe.needsSysenter() && !sysenter) continue;
            try {
                measurements.add(new Measurement(probe, probe.cycles(machines), Reference.find(signature, probe)));
            } catch (NotExecuted e) {
                throw new BadInput(
                        String.format(
                                Locale.ROOT,
                                "cpu '%s' cannot run the guest for '%s': %s",
                                model,
                                probe,
                                e.getMessage()),
                        e);
            }
        }
    }

    private void compare(
            MeasuredFigures.Row row,
            String column,
            Optional<Double> measured,
            Function<MeasuredFigures.Row, Sequence> sequence,
            Supplier<Machine> machines) {
        if (measured.isEmpty()) return;
        double predicted = sequence.apply(row).cycles(machines);
        comparisons.add(new Comparison(row.kind(), row.name(), column, predicted, measured.get()));
    }

    List<Comparison> comparisons(Kind kind) {
        return comparisons.stream().filter(figure -> figure.kind() == kind).toList();
    }

    List<MeasuredFigures.Row> notExecuted(Kind kind) {
        return notExecuted.keySet().stream().filter(row -> row.kind() == kind).toList();
    }
}
