package org.sidestep.lab.run;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;

/** The intervals that an experiment's cells can be billed for. */
public final class Intervals {

    /** The whole measured interval, in a bill. */
    static final String WHOLE = "total";

    private Intervals() {}

    /** Known before anything has run: a workload names its intervals when it is assembled, once for all of its cells. */
    public static SortedSet<String> of(List<Cell> cells) {
        SortedSet<String> names = new TreeSet<>(Set.of(WHOLE));
        Set<String> seen = new HashSet<>();
        for (Cell cell : cells) {
            String workload = cell.on(Axis.WORKLOAD).plugin().id();
            if (seen.contains(workload)) continue;
            CellRunner.assembleToRun(cell).image().ifPresent(image -> {
                seen.add(workload);
                names.addAll(image.observables().intervals().keySet());
            });
        }
        return names;
    }
}
