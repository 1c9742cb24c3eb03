package org.sidestep.lab.matrix;

import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;

/** Is told how far a run has come, by any of its threads. Nothing that it does reaches the results. */
public interface RunListener {

    /** Nobody listens. */
    RunListener NOBODY = new RunListener() {
        @Override
        public void more(int cells) {}

        @Override
        public void finished(Cell cell, CellResult result, long milliseconds) {}
    };

    /** So many cells more are to be run than was known. */
    void more(int cells);

    /** A cell has its result; {@code milliseconds} of the host went into it. */
    void finished(Cell cell, CellResult result, long milliseconds);
}
