package org.sidestep.lab.verify;

import java.io.IOException;
import java.nio.file.Path;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.verify.Failure;

/** Replay files of failures as they are found, before anything is made smaller: {@code found-1.json} and so on. */
public final class FoundFailures {

    private final Path directory;
    private int found;

    /** In a directory of results. */
    public FoundFailures(Path directory) {
        this.directory = directory;
    }

    /** Keeps one more; where. */
    public Path keep(Cell subject, Failure failure) {
        Path file = directory.resolve("found-" + ++found + ".json");
        try {
            OutputFile.write(file, Replay.of(subject.text(), failure).bytes());
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
        return file;
    }
}
