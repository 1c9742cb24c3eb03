package org.sidestep.lab.calibrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
 * @param excluded figures that are left out by a rule
 * @param measurements memory and changes of privilege level
 */
public record Calibration(
        String model,
        String part,
        List<Comparison> comparisons,
        Map<MeasuredFigures.Row, String> notExecuted,
        List<Excluded> excluded,
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
    public record Measurement(Probe probe, double predicted, Optional<Reference> known) {}

    /** A figure that is left out. */
    public record Excluded(Kind kind, String row, String column, Unclear rule) {}

    public static Calibration of(Configured<CpuModel> cpu, MeasuredFigures figures, MachineProvider machine) {
        CpuModel model = cpu.plugin();
        Configured<MachineProvider> board = small(machine);
        Supplier<Machine> machines = () -> machine.create(board.parameters(), cpu);
        int[] leaf = model.identity(cpu.parameters()).cpuid(1);
        Optional<String> part = figures.part(leaf[0]);
        Calibration calibration = new Calibration(
                model.id(),
                part.orElse(UNMEASURED),
                new ArrayList<>(),
                new LinkedHashMap<>(),
                new ArrayList<>(),
                new ArrayList<>());
        List<MeasuredFigures.Row> rows = part.map(figures::of).orElse(List.of());
        calibration.measure(leaf[0], (leaf[3] & SEP) != 0, machines);
        for (MeasuredFigures.Row row : rows) {
            try {
                calibration.compare(row, "L", row.latency(), machines);
                calibration.compare(row, "T", row.throughput(), machines);
            } catch (NotExecuted e) {
                calibration.notExecuted.put(row, e.getMessage());
            }
        }
        return calibration;
    }

    /** A machine with no more memory than the guests need: there will be thousands. */
    static Configured<MachineProvider> small(MachineProvider machine) {
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
            MeasuredFigures.Row row, String column, Optional<Double> measured, Supplier<Machine> machines) {
        if (measured.isEmpty()) return;
        Optional<Unclear> unclear = Unclear.of(row.name(), column);
        if (unclear.isPresent()) {
            excluded.add(new Excluded(row.kind(), row.name(), column, unclear.get()));
            return;
        }
        double predicted = predicted(row, column, machines);
        comparisons.add(new Comparison(row.kind(), row.name(), column, predicted, measured.get()));
    }

    /** Cycles of a copy, of a chain (L) or of independent ones (T). */
    static double predicted(MeasuredFigures.Row row, String column, Supplier<Machine> machines) {
        return (column.equals("L") ? Sequence.dependent(row) : Sequence.independent(row)).cycles(machines);
    }

    /** Figures of one kind of rows. */
    public List<Comparison> comparisons(Kind kind) {
        return comparisons.stream().filter(figure -> figure.kind() == kind).toList();
    }

    /** Rows of one kind that cannot be run. */
    public List<MeasuredFigures.Row> notExecuted(Kind kind) {
        return notExecuted.keySet().stream().filter(row -> row.kind() == kind).toList();
    }

    /** How many figures of one kind are left out. */
    public long excluded(Kind kind) {
        return excluded.stream().filter(figure -> figure.kind() == kind).count();
    }
}
