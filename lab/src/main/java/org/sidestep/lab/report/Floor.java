package org.sidestep.lab.report;

import java.util.Map;
import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.matrix.Results;

/** What nobody can beat: the same workload with its threads as contexts inside one kernel thread. */
final class Floor {

    private final Results results;

    Floor(Results results) {
        this.results = results;
    }

    static boolean isFloor(Cell cell) {
        return cell.on(Axis.IPC).plugin().threadsAtUserLevel();
    }

    /** The floor's one-way cost for the same work on the same machine, if the experiment has it. */
    Optional<Double> oneWay(Cell cell) {
        Map<String, String> work = work(cell);
        return results.cells().keySet().stream()
                .filter(Floor::isFloor)
                .filter(floor -> work(floor).equals(work))
                .map(floor ->
                        results.cells().get(floor).metrics().distributions().get("oneway.cycles"))
                .filter(distribution -> distribution != null)
                .map(distribution -> distribution.median())
                .findFirst();
    }

    /** The coordinates that matter to the floor: it does not use kernel, policy, scheduler or validation. */
    private static Map<String, String> work(Cell cell) {
        Map<String, String> coordinates = cell.coordinates();
        coordinates.keySet().removeIf(name -> {
            String axis = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
            return axis.equals(Axis.KERNEL.name())
                    || axis.equals(Axis.IPC.name())
                    || axis.equals(Axis.SCHEDULER.name())
                    || axis.equals(Axis.VALIDATION.name());
        });
        return coordinates;
    }
}
