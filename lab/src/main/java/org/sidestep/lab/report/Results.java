package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.experiment.Experiment;

/**
 * All that one run of an experiment gave; what every report is made from.
 *
 * @param versions of the program and of the plugins used, by {@code axis/id}
 * @param cells in the order of the experiment file
 */
public record Results(
        Experiment experiment,
        SortedMap<String, String> versions,
        Map<Cell, CellResult> cells,
        List<ClaimResult> claims) {

    public boolean allPassed() {
        return claims.stream().allMatch(ClaimResult::passed);
    }

    /** The coordinates in which cells differ, in order. */
    List<String> varying(List<Cell> among) {
        Map<String, String> first = new LinkedHashMap<>();
        List<String> varying = new ArrayList<>();
        for (Cell cell : among) {
            cell.coordinates().forEach(first::putIfAbsent);
        }
        for (String name : first.keySet()) {
            long values = among.stream()
                    .map(cell -> cell.coordinates().get(name))
                    .filter(value -> value != null)
                    .distinct()
                    .count();
            if (values > 1) varying.add(name);
        }
        return varying;
    }

    /** Groups of cells by the workload's id, in order. */
    Map<String, List<Cell>> byWorkload() {
        Map<String, List<Cell>> groups = new LinkedHashMap<>();
        for (Cell cell : cells.keySet()) {
            groups.computeIfAbsent(cell.coordinates().get("workload"), id -> new ArrayList<>())
                    .add(cell);
        }
        return groups;
    }

}
