package org.sidestep.lab.cli;

import java.nio.file.Path;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.matrix.RunListener;
import picocli.CommandLine.Model.CommandSpec;

/** How far a run has come: in its log, and on a terminal. */
record RunProgress(RunLog log, Progress bar) implements RunListener, AutoCloseable {

    static RunProgress of(Path log, CommandSpec spec) {
        return new RunProgress(new RunLog(log), Progress.on(spec.commandLine().getErr(), 0, "cells"));
    }

    @Override
    public void more(int cells) {
        bar.more(cells);
    }

    @Override
    public void finished(Cell cell, CellResult result, long milliseconds) {
        log.finished(cell, result, milliseconds);
        bar.finished();
    }

    @Override
    public void close() {
        bar.close();
        log.close();
    }
}
