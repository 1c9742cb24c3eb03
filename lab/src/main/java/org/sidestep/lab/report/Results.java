package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.variant.ClaimDoubt;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.Outcome;

/**
 * All that one run of an experiment gave; what every report is made from.
 *
 * @param versions of the program and of the plugins used, by {@code axis/id}
 * @param cells in the order of the experiment file
 * @param ablations cells with mechanisms made perfect, if that was asked for
 * @param doubts per cell the figures of low confidence that it rests on, if that was asked for
 */
public record Results(
        Experiment experiment,
        SortedMap<String, String> versions,
        Map<Cell, CellResult> cells,
        List<ClaimResult> claims,
        List<Outcome> ablations,
        Map<Cell, List<Doubt>> doubts) {

    /** The axes whose plugins are compared with each other. */
    private static final Set<String> POLICY = Set.of(Axis.IPC.name(), Axis.VALIDATION.name(), Axis.SCHEDULER.name());

    public boolean allPassed() {
        return claims.stream().allMatch(ClaimResult::passed);
    }

    /** The same for claims. */
    List<ClaimDoubt> claimDoubts() {
        return ClaimDoubt.of(claims, cells, doubts);
    }

    /** All numbers that were measured in a cell. */
    Map<String, Double> metrics(Cell cell) {
        return cells.get(cell).metrics().flat();
    }

    /** The coordinates of a cell, with the figures and ablations that any cell has changed. */
    Map<String, String> coordinates(Cell cell) {
        Map<String, String> coordinates = new LinkedHashMap<>();
        coordinateNames().forEach(name -> cell.coordinate(name).ifPresent(value -> coordinates.put(name, value)));
        return coordinates;
    }

    /** The cells of the matrix and their variants. */
    private List<Cell> allCells() {
        List<Cell> all = new ArrayList<>(cells.keySet());
        ablations.forEach(outcome -> all.add(outcome.variant().cell()));
        return all;
    }

    /** The policy first, then whatever else distinguishes cells. */
    static List<String> distinguishing(List<Cell> cells) {
        List<String> coordinates = new ArrayList<>(varying(cells));
        coordinates.remove(Axis.IPC.name());
        coordinates.add(0, Axis.IPC.name());
        return coordinates;
    }

    /** A coordinate as a heading: parameters of {@code axis} are plain in a table about it. */
    static String heading(String coordinate, Axis<?> axis) {
        String prefix = axis + ".";
        return coordinate.startsWith(prefix) ? coordinate.substring(prefix.length()) : coordinate;
    }

    /** The names of all coordinates that some cell has, the parameters of an axis behind it. */
    List<String> coordinateNames() {
        Set<String> names = new LinkedHashSet<>();
        for (Axis<?> axis : Axis.ALL) {
            names.add(axis.name());
            for (Cell cell : allCells()) {
                for (String parameter : cell.on(axis).chosen().keySet()) names.add(axis + "." + parameter);
            }
        }
        names.add(Cell.SEED);
        return List.copyOf(names);
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

    /** Groups of cells by the workload's id, in order. */
    Map<String, List<Cell>> byWorkload() {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        for (Cell cell : cells.keySet()) {
            groups.computeIfAbsent(cell.coordinates().get(Axis.WORKLOAD.name()), id -> new ArrayList<>())
                    .add(cell);
        }
        return groups;
    }

    /** The same cells, those that differ in their policy alone side by side. */
    static List<Cell> byVariant(List<Cell> cells) {
        Map<Map<String, String>, List<Cell>> variants = new LinkedHashMap<>();
        for (Cell cell : cells) {
            Map<String, String> variant = cell.coordinates();
            variant.keySet().removeIf(name -> POLICY.contains(name.split("\\.", 2)[0]));
            variants.computeIfAbsent(variant, v -> new ArrayList<>()).add(cell);
        }
        return variants.values().stream().flatMap(List::stream).toList();
    }
}
