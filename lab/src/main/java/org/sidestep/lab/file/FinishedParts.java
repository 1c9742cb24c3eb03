package org.sidestep.lab.file;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

    /** A record's components and nothing that its {@code is} methods say, which cannot be read back. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(MapperFeature.AUTO_DETECT_IS_GETTERS).build();

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

    /** Makes the directory, in which others may be writing. */
    public void share() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** What was put, if it is there and whole; its part is done again otherwise. */
    public <T> Optional<T> find(String key, Class<T> kind) {
        return read(file(key), kind);
    }

    /**
     * Keeps the result of a part.
     *
     * @param key says all that it depends on
     * @param part a record, of which its components are kept
     */
    public void put(String key, Object part) {
        try {
            write(file(key), part);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** The part in {@code file}, if that is there and whole: a damaged file is as good as none. */
    public static <T> Optional<T> read(Path file, Class<T> kind) {
        if (!Files.isRegularFile(file)) return Optional.empty();
        try {
            byte[] bytes = InputFile.read(file);
            T part = JSON.readValue(bytes, kind);
            return part != null && Arrays.equals(JSON.writeValueAsBytes(part), bytes)
                    ? Optional.of(part)
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // Text of any kind may stand there, and a record's own checks throw what they like.
            return Optional.empty();
        }
    }

    /** Writes a part so that {@link #read} finds it. */
    public static void write(Path file, Object part) throws IOException {
        OutputFile.write(file, JSON.writeValueAsBytes(part));
    }

    private Path file(String key) {
        return directory.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }
}
