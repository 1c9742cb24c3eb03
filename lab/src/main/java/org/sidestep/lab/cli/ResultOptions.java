package org.sidestep.lab.cli;

import java.nio.file.Path;
import org.sidestep.lab.BadInput;
import picocli.CommandLine.Option;

/** Where results go, how much runs side by side, and whether an interrupted run goes on. */
final class ResultOptions {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Directory of results (default: results/NAME). It must be new, empty, or hold results of the same run.")
    private Path out;

    @Option(names = "--jobs", paramLabel = "N", description = "How much runs side by side (default: one per core).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--resume",
            description =
                    "Keep what an interrupted run has finished; also of another run there, whose reports are replaced.")
    private boolean resume;

    /** The directory of results, which is {@code name}'s if the user has not said another. */
    Path directory(Path name) {
        return out != null ? out : Path.of("results").resolve(name);
    }

    /** Before anything is begun: refuses what cannot be. */
    void check() {
        BadInput.requireAtLeast(1, "--jobs", jobs);
    }

    int jobs() {
        return jobs;
    }

    boolean resume() {
        return resume;
    }
}
