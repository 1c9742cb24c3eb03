package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Value;

/** Cells that are compared with each other: what tells them apart, and in which order they stand. */
final class Group {

    /** The axes whose plugins are compared with each other. */
    private static final Set<String> POLICY = Set.of(Axis.IPC.name(), Axis.VALIDATION.name(), Axis.SCHEDULER.name());

    private static final String WORKLOAD_PARAMETER = Axis.WORKLOAD + ".";
    private static final String IPC_PARAMETER = Axis.IPC + ".";

    private final List<Cell> cells;
    private final List<String> coordinates;

    /** Those that differ in their policy alone come to stand side by side. */
    Group(List<Cell> cells) {
        this.cells = byVariant(cells);
        this.coordinates = distinguishing(cells);
    }

    /** Groups of cells by the workload's id, in order. */
    static Map<String, Group> byWorkload(Results results) {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        for (Cell cell : results.cells().keySet()) {
            groups.computeIfAbsent(cell.on(Axis.WORKLOAD).plugin().id(), id -> new ArrayList<>())
                    .add(cell);
        }
        Map<String, Group> byWorkload = new LinkedHashMap<>();
        groups.forEach((workload, cells) -> byWorkload.put(workload, new Group(cells)));
        return byWorkload;
    }

    List<Cell> cells() {
        return cells;
    }

    /** The coordinates that tell cells apart, as columns of a table about their workload. */
    List<Column> columns() {
        return coordinates.stream()
                .map(name -> Column.words(
                        name,
                        name.startsWith(WORKLOAD_PARAMETER) ? name.substring(WORKLOAD_PARAMETER.length()) : name,
                        ""))
                .toList();
    }

    /** Where a cell lies, for these columns. */
    List<Value> place(Cell cell) {
        return coordinates.stream()
                .map(name -> Value.of(cell.coordinate(name).orElse("")))
                .toList();
    }

    /** The policy of a cell, in which it differs from those of the same {@link #variant}. */
    String policy(Cell cell) {
        return policyBut(cell, List.of());
    }

    /** The same without some coordinates. */
    String policyBut(Cell cell, List<String> without) {
        String more = label(cell, true, without);
        String ipc = cell.on(Axis.IPC).plugin().id();
        return more.isEmpty() ? ipc : ipc + ", " + more;
    }

    /** In what a cell differs from others but the policy. */
    String variant(Cell cell) {
        return variantBut(cell, List.of());
    }

    /** The same without some coordinates. */
    String variantBut(Cell cell, List<String> without) {
        return label(cell, false, without);
    }

    private String label(Cell cell, boolean ofPolicy, List<String> without) {
        return coordinates.stream()
                .filter(name -> !name.equals(Axis.IPC.name()) && ofPolicy == POLICY.contains(axis(name)))
                .filter(name -> !without.contains(name))
                .filter(name -> cell.coordinate(name).isPresent())
                .map(name -> named(name, cell.coordinate(name).get()))
                .collect(Collectors.joining(", "));
    }

    private static String named(String name, String value) {
        if (!name.contains(".")) return value;
        boolean plain = name.startsWith(WORKLOAD_PARAMETER) || name.startsWith(IPC_PARAMETER);
        return (plain ? name.substring(name.indexOf('.') + 1) : name) + " " + value;
    }

    private static String axis(String coordinate) {
        return coordinate.split("\\.", 2)[0];
    }

    /** The policy first, then whatever else distinguishes cells. */
    private static List<String> distinguishing(List<Cell> cells) {
        List<String> coordinates = new ArrayList<>(varying(cells));
        coordinates.remove(Axis.IPC.name());
        coordinates.add(0, Axis.IPC.name());
        return coordinates;
    }

    /** The coordinates in which cells differ, in order. */
    static List<String> varying(List<Cell> cells) {
        Map<String, Set<String>> values = new LinkedHashMap<>();
        for (Cell cell : cells) {
            cell.coordinates().keySet().forEach(name -> values.putIfAbsent(name, new HashSet<>()));
        }
        for (Cell cell : cells) {
            values.forEach((name, seen) -> cell.coordinate(name).ifPresent(seen::add));
        }
        return values.keySet().stream()
                .filter(name -> values.get(name).size() > 1)
                .toList();
    }

    private static List<Cell> byVariant(List<Cell> cells) {
        Map<Map<String, String>, List<Cell>> variants = new LinkedHashMap<>();
        for (Cell cell : cells) {
            Map<String, String> variant = cell.coordinates();
            variant.keySet().removeIf(name -> POLICY.contains(axis(name)));
            variants.computeIfAbsent(variant, v -> new ArrayList<>()).add(cell);
        }
        return variants.values().stream().flatMap(List::stream).toList();
    }
}
