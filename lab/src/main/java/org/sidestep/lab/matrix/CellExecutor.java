package org.sidestep.lab.matrix;

import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;

/**
 * Runs single cells: on this machine, on others, or with another engine. What a cell gives depends on the cell alone, hence
 * not on which executor ran it.
 */
public interface CellExecutor {

    /**
     * Runs a cell to its end; called by up to {@link #places} threads at once. Whatever goes wrong in the cell is its result.
     *
     * @throws RuntimeException if the executor itself cannot go on, which ends the run
     */
    CellResult run(Cell cell);

    /** How many cells can run side by side. */
    int places();
}
