package org.sidestep.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelImage;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.workload.Workload;

/**
 * A cell in the making: assembles, boots and runs plugin instances, as the lab does with those that an experiment names.
 * Immutable; every {@code with} gives another cell.
 */
public final class TestCell {

    private static final long SEED = 42;
    private static final long MAX_CYCLES = 2_000_000_000L;

    private final Map<Axis<?>, Configured<?>> plugins;
    private final long maxCycles;

    private TestCell(Map<Axis<?>, Configured<?>> plugins, long maxCycles) {
        this.plugins = plugins;
        this.maxCycles = maxCycles;
    }

    /** The same around the workload ping-pong. */
    public static TestCell defaults() {
        return of(Plugins.find(Axis.WORKLOAD, "ping-pong"));
    }

    /** The platform's own plugins with their defaults: strict switching, the twin validation, the p3-coppermine processor. */
    public static TestCell of(Workload workload) {
        return new TestCell(Map.of(), MAX_CYCLES)
                .with(Axis.MACHINE, "ia32")
                .with(Axis.CPU, "p3-coppermine")
                .with(Axis.KERNEL, "l4")
                .with(Axis.SCHEDULER, "priority-rr")
                .with(Axis.IPC, "strict")
                .with(Axis.VALIDATION, "twin")
                .with(Axis.WORKLOAD, workload, Map.of());
    }

    public <E extends Extension> TestCell with(Axis<E> axis, String id) {
        return with(axis, id, Map.of());
    }

    public <E extends Extension> TestCell with(Axis<E> axis, String id, Map<String, ?> parameters) {
        return with(axis, Plugins.find(axis, id), parameters);
    }

    public <E extends Extension> TestCell with(Axis<E> axis, E plugin, Map<String, ?> parameters) {
        Map<Axis<?>, Configured<?>> changed = new LinkedHashMap<>(plugins);
        changed.put(axis, Configured.of(plugin, parameters));
        return new TestCell(changed, maxCycles);
    }

    /** The same cell, stopped at the latest when the clock reaches {@code cycles}. */
    public TestCell within(long cycles) {
        return new TestCell(plugins, cycles);
    }

    public Cell cell() {
        return new Cell(plugins, SEED, maxCycles);
    }

    /** The boot image alone. */
    public KernelImage assemble() {
        return cell().assemble();
    }

    /** Assembles the image and loads it into a fresh machine. */
    public Booted boot() {
        return Booted.of(cell());
    }

    /** Boots and runs to the end. */
    public Outcome run() {
        return boot().run();
    }

    @Override
    public String toString() {
        return cell().text();
    }
}
