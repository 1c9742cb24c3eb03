package org.sidestep.lab.grade;

import java.nio.file.Path;
import java.util.List;

/** Where a submission runs. */
@FunctionalInterface
public interface Host {

    /**
     * How a run ended.
     *
     * @param code exit code; of no meaning if it was stopped
     * @param said the beginning of what it printed
     */
    record Ended(boolean stopped, int code, String said) {}

    /** Runs the command line with these arguments, which name absolute files, for a submission that has that directory. */
    Ended run(Path directory, List<String> arguments);
}
