package org.sidestep.lab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.OutputFile;

/** What happened when, for example in {@code run.log}: the only kind of file of a run that knows of wall-clock time. */
final class RunLog implements AutoCloseable {

    private final PrintWriter log;

    RunLog(Path file) {
        try {
            OutputStream stream = OutputFile.stream(file);
            log = new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
        String commit = Commit.ofProject().map(hash -> ", commit " + hash).orElse("");
        log.println(now() + " start, " + String.join(", ", new Version().getVersion()) + commit);
    }

    synchronized void finished(Cell cell, CellResult result, long milliseconds) {
        log.println(String.format(
                Locale.ROOT,
                "%s %s %d ms %s %s",
                now(),
                result.status(),
                milliseconds,
                cell.text(),
                result.shortReason()));
    }

    @Override
    public void close() {
        log.println(now() + " end");
        log.close();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
