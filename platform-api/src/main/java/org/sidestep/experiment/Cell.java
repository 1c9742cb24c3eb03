package org.sidestep.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.workload.NotApplicable;

/**
 * One point of the matrix. Running it is a pure function of what it holds. Two cells are equal if they hold the same plugins
 * with the same values.
 *
 * @param plugins one configured plugin per {@link Axis}
 * @param seed for whatever the workload draws at random while it is built
 * @param maxCycles the clock value at which a run that has not ended is stopped
 * @param layout which of many layouts that are equally good its code and data have: {@link #FIRST_LAYOUT} or more
 */
public record Cell(Map<Axis<?>, Configured<?>> plugins, long seed, long maxCycles, int layout) {

    /** The name of the seed among the {@link #coordinates()}. */
    public static final String SEED = "seed";

    /** The name of the cycle limit, which is no coordinate but part of the cell's {@link #text()}. */
    public static final String LIMIT = "limit.cycles";

    /** The name of the layout, which is a coordinate and part of the text only where it is not the first. */
    public static final String LAYOUT = "layout";

    /** Code and data lie where their authors have put them. */
    public static final int FIRST_LAYOUT = KernelProvider.Request.FIRST_LAYOUT;

    public Cell {
        Map<Axis<?>, Configured<?>> ordered = new LinkedHashMap<>();
        for (Axis<?> axis : Axis.ALL) {
            Configured<?> configured = plugins.get(axis);
            if (configured == null) throw new IllegalArgumentException("no " + axis);
            if (!axis.spi().isInstance(configured.plugin()))
                throw new IllegalArgumentException("not a plugin of " + axis);
            ordered.put(axis, configured);
        }
        plugins = Collections.unmodifiableMap(ordered);
        if (layout < FIRST_LAYOUT) throw new IllegalArgumentException("layout " + layout);
    }

    /** A cell in its first layout. */
    public Cell(Map<Axis<?>, Configured<?>> plugins, long seed, long maxCycles) {
        this(plugins, seed, maxCycles, FIRST_LAYOUT);
    }

    /** The plugin that this cell uses on {@code axis}. */
    @SuppressWarnings("unchecked") // the constructor has checked that the plugin implements the axis's interface
    public <E extends Extension> Configured<E> on(Axis<E> axis) {
        return (Configured<E>) plugins.get(axis);
    }

    /** What a {@link KernelProvider} needs to know of this cell. */
    public KernelProvider.Request request() {
        return new KernelProvider.Request(
                on(Axis.KERNEL),
                on(Axis.IPC),
                on(Axis.VALIDATION),
                on(Axis.SCHEDULER),
                on(Axis.WORKLOAD),
                seed,
                layout,
                true);
    }

    /**
     * Assembles kernel, policy and workload into a boot image.
     *
     * @throws org.sidestep.plugin.BadParameter if the plugins' parameters do not go together
     * @throws org.sidestep.workload.NotApplicable if the workload makes no sense under the policy
     */
    public KernelImage assemble() {
        return on(Axis.KERNEL).plugin().assemble(request());
    }

    /**
     * The same image for who runs it and asks for no line of source. What is wrong with it is said with lines all the same.
     *
     * @throws org.sidestep.plugin.BadParameter as {@link #assemble}
     * @throws org.sidestep.workload.NotApplicable likewise
     */
    public KernelImage assembleToRun() {
        try {
            return on(Axis.KERNEL).plugin().assemble(request().withoutSources());
        } catch (BadParameter | NotApplicable e) {
            throw e;
        } catch (RuntimeException e) {
            return assemble();
        }
    }

    /** A fresh machine of this cell with an image in its memory, before its first instruction. */
    public Machine boot(KernelImage image) {
        return boot(image, figure -> {});
    }

    /** The same; {@code asked} is told the name of each figure of the processor that the machine asks for, now or while it runs. */
    public Machine boot(KernelImage image, Consumer<String> asked) {
        Configured<MachineProvider> provider = on(Axis.MACHINE);
        Configured<CpuModel> cpu = on(Axis.CPU);
        Machine machine = provider.plugin().create(provider.parameters(), cpu.telling(asked));
        machine.load(image.elf());
        return machine;
    }

    /** All plugin parameters by {@code axis.parameter}: {@code Long}, {@code Boolean} or {@code String}. */
    public Map<String, Object> parameters() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        plugins.forEach((axis, configured) ->
                configured.parameters().asMap().forEach((name, value) -> parameters.put(axis + "." + name, value)));
        return parameters;
    }

    /**
     * Where this cell lies: per axis its plugin's id, then that plugin's parameters, and last the seed, as a user writes them.
     * Figures and ablations that have their default are left out: they are the plugin's own.
     */
    public Map<String, String> coordinates() {
        Map<String, String> coordinates = new LinkedHashMap<>();
        plugins.forEach((axis, configured) -> {
            coordinates.put(axis.name(), configured.plugin().id());
            configured.chosen().forEach((name, value) -> coordinates.put(axis + "." + name, text(value)));
        });
        coordinates.put(SEED, Long.toString(seed));
        if (layout != FIRST_LAYOUT) coordinates.put(LAYOUT, Integer.toString(layout));
        return coordinates;
    }

    /** One coordinate by name, also one that {@link #coordinates()} leaves out. */
    public Optional<String> coordinate(String name) {
        if (name.equals(SEED)) return Optional.of(Long.toString(seed));
        if (name.equals(LAYOUT)) return Optional.of(Integer.toString(layout));
        if (name.equals(LIMIT)) return Optional.of(Long.toString(maxCycles));
        for (Map.Entry<Axis<?>, Configured<?>> on : plugins.entrySet()) {
            String axis = on.getKey().name();
            if (name.equals(axis)) return Optional.of(on.getValue().plugin().id());
            if (!name.startsWith(axis + ".")) continue;
            Map<String, Object> values = on.getValue().parameters().asMap();
            return Optional.ofNullable(values.get(name.substring(axis.length() + 1)))
                    .map(Cell::text);
        }
        return Optional.empty();
    }

    /** The same cell with one parameter of the plugin on {@code axis} changed. */
    public Cell with(Axis<?> axis, String parameter, Object value) {
        Map<Axis<?>, Configured<?>> changed = new LinkedHashMap<>(plugins);
        changed.put(axis, plugins.get(axis).with(parameter, value));
        return with(changed);
    }

    /** The same cell with other plugins. */
    public Cell with(Map<Axis<?>, Configured<?>> others) {
        return new Cell(others, seed, maxCycles, layout);
    }

    /** The same cell in another layout. */
    public Cell in(int number) {
        return new Cell(plugins, seed, maxCycles, number);
    }

    /** The one text of this cell, by which results and stores name it; {@link CellText#parse} reads it. */
    public String text() {
        return CellText.of(this);
    }

    /** A parameter value as an experiment file writes it. */
    public static String text(Object value) {
        if (value instanceof Boolean flag) return flag ? "on" : "off";
        return String.valueOf(value);
    }
}
