package org.sidestep.lab.variant;

import org.sidestep.experiment.CellResult;
import org.sidestep.plugin.Parameter;

/**
 * A figure of low confidence that a cell's result rests on, and what the result is at both ends of its bracket.
 *
 * @param figure a figure of the cell's CPU model
 */
public record Doubt(Parameter figure, CellResult low, CellResult high) {

    public String bracket() {
        return figure.evidence().orElseThrow().bracket();
    }
}
