package org.sidestep.lab.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Digest;

/**
 * What a run has finished, one file for each part, so that a run that was killed can go on. A file is named by all that the
 * part's result depends on; it appears by renaming, hence complete or not at all.
 */
public final class FinishedParts {

    private static final String SUFFIX = ".json";

    /** Names that are given here: other files are not our own. */
    private static final Pattern OWN = Pattern.compile("[0-9a-f]{64}" + Pattern.quote(SUFFIX));

    private final Path directory;

    public FinishedParts(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory, and removes from it what has been put there earlier, or only what was never finished. */
    public void open(boolean keep) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    boolean finished = OWN.matcher(name).matches();
                    if (finished && !keep || OutputFile.isTemporary(name)) Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** What was put, if it is there. Anything may have happened to it: whoever reads it does not trust it. */
    public Optional<byte[]> find(String key) {
        Path file = file(key);
        if (!Files.isRegularFile(file)) return Optional.empty();
        try {
            return Optional.of(InputFile.read(file));
        } catch (BadInput e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps the result of a part.
     *
     * @param key says all that it depends on
     */
    public void put(String key, byte[] content) {
        try {
            OutputFile.write(file(key), content);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    private Path file(String key) {
        return directory.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }
}
