package org.sidestep.lab.report;

import java.util.Optional;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.plugin.Parameter;

/** What stands behind the names of coordinates. */
final class Coordinates {

    private Coordinates() {}

    /** The parameter that a cell's plugin declares by the name {@code axis.parameter}; empty for anything else. */
    static Optional<Parameter> parameter(Cell cell, String coordinate) {
        int dot = coordinate.indexOf('.');
        if (dot < 0) return Optional.empty();
        String parameter = coordinate.substring(dot + 1);
        return Axis.ALL.stream()
                .filter(axis -> axis.name().equals(coordinate.substring(0, dot)))
                .flatMap(axis -> cell.on(axis).plugin().parameters().stream())
                .filter(declared -> declared.name().equals(parameter))
                .findFirst();
    }
}
