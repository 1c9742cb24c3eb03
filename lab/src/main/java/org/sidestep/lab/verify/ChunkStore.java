package org.sidestep.lab.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Tally;

/**
 * Tallies of the chunks of a campaign, one file each, so that a campaign that was killed can go on. A file is named by all that
 * the tally depends on: the subject, the chunk and the code.
 */
public final class ChunkStore implements Campaign.Ledger {

    private static final int LARGEST = 1 << 26;

    private final Path directory;
    private final String subject;
    private final String code;
    private final boolean resume;
    private final Runnable finished;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * Keeps files in a directory, which is made.
     *
     * @param fingerprints of the code that verdicts depend on
     * @param resume whether to use what is kept there
     * @param finished is told of each chunk that is done
     */
    public ChunkStore(
            Path directory, Cell subject, Map<String, String> fingerprints, boolean resume, Runnable finished) {
        this.directory = directory;
        this.subject = subject.text();
        this.code = fingerprints.toString();
        this.resume = resume;
        this.finished = finished;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** Damaged files are as good as none: their chunks are tried again. */
    @Override
    public Tally find(Campaign.Chunk chunk) {
        Path file = file(chunk);
        if (!resume || !Files.isRegularFile(file)) return null;
        try {
            Tally tally = json.readValue(InputFile.read(file, LARGEST, "so it is damaged"), Tally.class);
            boolean whole =
                    tally != null && tally.failures() != null && tally.struck() != null && tally.survived() != null;
            if (whole) finished.run();
            return whole ? tally : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    @Override
    public void put(Campaign.Chunk chunk, Tally tally) {
        try {
            OutputFile.write(file(chunk), json.writeValueAsBytes(tally));
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
        finished.run();
    }

    private Path file(Campaign.Chunk chunk) {
        String key = String.join(
                "\n",
                subject,
                chunk.course().toString(),
                chunk.exploration().name(),
                chunk.from() + "-" + chunk.to(),
                code);
        return directory.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)) + ".json");
    }
}
