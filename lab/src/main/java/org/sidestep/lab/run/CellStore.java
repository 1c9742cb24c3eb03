package org.sidestep.lab.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Digest;

/**
 * Finished cells, one file each, so that a run that was killed can go on. A file is named by all that the result depends on:
 * the cell, its image and the code that ran it. It appears by renaming, hence complete or not at all.
 */
final class CellStore {

    private static final String SUFFIX = ".json";

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

    /** Makes the directory, emptying it of everything, or of all but finished cells. */
    void open(boolean keep) {
        try {
            Files.createDirectories(directory);
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    if (!keep || !file.toString().endsWith(SUFFIX)) Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    Optional<CellResult> find(Cell cell, String image) {
        Path file = file(cell, image);
        try {
            return Files.exists(file)
                    ? Optional.of(json.readValue(Files.readAllBytes(file), CellResult.class))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    void put(Cell cell, String image, CellResult result) {
        try {
            AtomicFile.write(file(cell, image), json.writeValueAsBytes(result));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private Path file(Cell cell, String image) {
        String key = String.join(
                "\n",
                cell.coordinates().toString(),
                cell.parameters().toString(),
                Long.toString(cell.maxCycles()),
                image,
                fingerprints.toString(),
                billed ? "billed" : "");
        return directory.resolve(Digest.of(key.getBytes(StandardCharsets.UTF_8)) + SUFFIX);
    }

    private BadInput unusable(IOException e) {
        return new BadInput("%s: cannot be used (%s)".formatted(directory, e), e);
    }
}
