package org.sidestep.lab.variant;

import org.sidestep.experiment.Cell;

/**
 * A cell of the matrix with its CPU model changed.
 *
 * @param of the cell of the matrix
 * @param name what was changed, as reports say it
 * @param cell the changed cell
 */
public record Variant(Cell of, String name, Cell cell) {}
