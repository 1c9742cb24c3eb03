package org.sidestep.lab.matrix;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;

/**
 * Finished cells, one file each, so that a run that was killed can go on. A file is named by all that the result depends on:
 * the cell, its image and the code that ran it. It appears by renaming, hence complete or not at all.
 */
final class CellStore {

    private static final String SUFFIX = ".json";

    /** Names that this store gives: other files are not its own. */
    private static final Pattern CELL = Pattern.compile("[0-9a-f]{64}" + Pattern.quote(SUFFIX));

    private final Path directory;
    private final Map<String, String> fingerprints;
    private final boolean billed;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * Keeps files in a directory.
     *
     * @param fingerprints name the code of program and plugins
     * @param billed whether the results have bills
     */
    CellStore(Path directory, Map<String, String> fingerprints, boolean billed) {
        this.billed = billed;
        this.directory = directory;
        this.fingerprints = new TreeMap<>(fingerprints);
    }

    /** Makes the directory, and removes from it what has been put there earlier, or only what was never finished. */
    void open(boolean keep) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    boolean finished = CELL.matcher(name).matches();
                    if (finished && !keep || OutputFile.isTemporary(name)) Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** What was put, if it is there and whole: a damaged file is as good as none, and its cell runs again. */
    Optional<CellResult> find(Cell cell, String image) {
        Path file = file(cell, image);
        if (!Files.isRegularFile(file)) return Optional.empty();
        try {
            byte[] bytes = InputFile.read(file);
            CellResult result = json.readValue(bytes, CellResult.class);
            boolean whole =
                    result != null && isComplete(result) && result.image().equals(image);
            return whole && Arrays.equals(json.writeValueAsBytes(result), bytes)
                    ? Optional.of(result)
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // Text of any kind may stand there, and the record's own checks throw what they like.
            return Optional.empty();
        }
    }

    private static boolean isComplete(CellResult result) {
        return Stream.of(result.status(), result.reason(), result.metrics(), result.timeline())
                .allMatch(Objects::nonNull);
    }

    void put(Cell cell, String image, CellResult result) {
        try {
            OutputFile.write(file(cell, image), json.writeValueAsBytes(result));
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    private Path file(Cell cell, String image) {
        // The text leaves to the plugins what is their own; code that comes in no jar has no fingerprint.
        String key = String.join(
                "\n",
                cell.text(),
                cell.parameters().toString(),
                image,
                fingerprints.toString(),
                billed ? "billed" : "");
        return directory.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }
}
