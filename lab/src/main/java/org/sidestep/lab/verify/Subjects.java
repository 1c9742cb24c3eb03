package org.sidestep.lab.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.experiment.Change;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Nearest;

/**
 * The cells whose correctness is in question: policy, validation, scheduler and kernel. Their workload does not matter; their
 * processor is the one that verification runs on.
 */
public final class Subjects {

    /** The processor that is the clock if nothing else is said: it costs the least time. */
    public static final String CLOCK = "unit";

    /** A run that takes longer hangs. */
    private static final long MAX_CYCLES = 200_000_000;

    /** What is not named. Both kernels of the lecture are tried if nothing is said of the kernel. */
    private static final Map<Axis<?>, String> DEFAULTS = Map.of(
            Axis.MACHINE, "ia32",
            Axis.KERNEL, "l4",
            Axis.SCHEDULER, "priority-rr",
            Axis.VALIDATION, "twin",
            Axis.WORKLOAD, "ping-pong");

    private static final List<Map<String, String>> KERNELS =
            List.of(Map.of("entry", "sysenter", "fastpath", "on"), Map.of("entry", "int", "fastpath", "off"));

    /** The axes that a user says. */
    private static final List<Axis<?>> NAMED = Axis.ALL.stream()
            .filter(axis -> axis != Axis.WORKLOAD && axis != Axis.CPU)
            .toList();

    private final Catalog catalog;
    private final String cpu;

    /** @param cpu id of the CPU model that drives the clock */
    public Subjects(Catalog catalog, String cpu) {
        this.catalog = catalog;
        this.cpu = cpu;
    }

    /** Those that coordinates such as {@code ipc=lazy} or {@code kernel.entry=int} name. */
    public List<Cell> named(List<String> coordinates) {
        Map<Axis<?>, String> ids = new LinkedHashMap<>(DEFAULTS);
        Map<Axis<?>, Map<String, String>> parameters = new LinkedHashMap<>();
        ids.put(Axis.CPU, cpu);
        for (String text : coordinates) take(Change.parse(text), ids, parameters);
        if (!ids.containsKey(Axis.IPC)) throw new BadInput("no policy is named; say which, for example ipc=lazy");
        requireKernelThreads(ids.get(Axis.IPC));
        if (parameters.containsKey(Axis.KERNEL)) return List.of(cell(ids, parameters));
        List<Cell> cells = new ArrayList<>();
        for (Map<String, String> kernel : KERNELS) {
            Map<Axis<?>, Map<String, String>> with = new LinkedHashMap<>(parameters);
            if (ids.get(Axis.KERNEL).equals(DEFAULTS.get(Axis.KERNEL))) with.put(Axis.KERNEL, kernel);
            Cell cell = cell(ids, with);
            if (!cells.contains(cell)) cells.add(cell);
        }
        return cells;
    }

    private void requireKernelThreads(String policy) {
        if (((IpcPolicy) catalog.find(Axis.IPC, policy).readable()).threadsAtUserLevel())
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "ipc=%s: its threads are not the kernel's, so there is nothing to verify; name another policy",
                    policy));
    }

    private static void take(
            Change coordinate, Map<Axis<?>, String> ids, Map<Axis<?>, Map<String, String>> parameters) {
        for (Axis<?> axis : NAMED) {
            if (coordinate.name().equals(axis.name())) {
                ids.put(axis, coordinate.value());
                return;
            }
            if (coordinate.name().startsWith(axis + ".")) {
                parameters
                        .computeIfAbsent(axis, a -> new LinkedHashMap<>())
                        .put(coordinate.name().substring(axis.name().length() + 1), coordinate.value());
                return;
            }
        }
        throw unknown(coordinate);
    }

    private static BadInput unknown(Change coordinate) {
        if (isOf(Axis.CPU, coordinate.name()))
            return new BadInput(String.format(
                    Locale.ROOT, "%s: the processor that is the clock is an option; say --cpu ID", coordinate));
        if (isOf(Axis.WORKLOAD, coordinate.name()))
            return new BadInput(
                    String.format(Locale.ROOT, "%s: a verification runs its own workloads; leave it out", coordinate));
        return new BadInput(String.format(
                Locale.ROOT,
                "'%s' is no coordinate of what is verified%s",
                coordinate.name(),
                Nearest.hint(coordinate.name(), NAMED.stream().map(Axis::name).toList())));
    }

    private static boolean isOf(Axis<?> axis, String coordinate) {
        return coordinate.equals(axis.name()) || coordinate.startsWith(axis + ".");
    }

    private Cell cell(Map<Axis<?>, String> ids, Map<Axis<?>, Map<String, String>> parameters) {
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>();
        for (Axis<?> axis : Axis.ALL) {
            Extension plugin = catalog.find(axis, ids.get(axis)).readable();
            plugins.put(axis, Configured.of(plugin, parameters.getOrDefault(axis, Map.of())));
        }
        return new Cell(plugins, 1, MAX_CYCLES);
    }

    /** Those of an experiment's cells, each once. */
    public List<Cell> of(List<Cell> cells) {
        return cells.stream().map(this::of).flatMap(Optional::stream).distinct().toList();
    }

    /** What is in question of a cell; nothing of a floor, whose threads the kernel does not know. */
    public Optional<Cell> of(Cell cell) {
        if (cell.on(Axis.IPC).plugin().threadsAtUserLevel()) return Optional.empty();
        Map<Axis<?>, Configured<?>> plugins = new LinkedHashMap<>(cell.plugins());
        plugins.put(Axis.CPU, configured(Axis.CPU, cpu));
        plugins.put(Axis.WORKLOAD, configured(Axis.WORKLOAD, DEFAULTS.get(Axis.WORKLOAD)));
        return Optional.of(new Cell(plugins, 1, MAX_CYCLES));
    }

    private Configured<?> configured(Axis<?> axis, String id) {
        return Configured.defaults(catalog.find(axis, id).readable());
    }

    /** What tells a subject from others: policy, validation, scheduler, kernel, with their parameters. */
    public static String name(Cell subject) {
        List<String> items = new ArrayList<>();
        subject.coordinates().forEach((name, value) -> {
            String axis = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            boolean shown = List.of(Axis.IPC.name(), Axis.VALIDATION.name(), Axis.SCHEDULER.name(), Axis.KERNEL.name())
                    .contains(axis);
            if (shown && !name.equals("kernel.tick")) items.add(name + "=" + value);
        });
        return String.join(" ", items);
    }
}
