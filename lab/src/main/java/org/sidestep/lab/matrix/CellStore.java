package org.sidestep.lab.matrix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.file.FinishedParts;

/** Finished cells. A file is named by all that the result depends on: the cell, its image and the code that ran it. */
final class CellStore {

    private final FinishedParts cells;
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
        this.cells = new FinishedParts(directory);
        this.fingerprints = new TreeMap<>(fingerprints);
    }

    /** See {@link FinishedParts#open}. */
    void open(boolean keep) {
        cells.open(keep);
    }

    /** What was put, if it is there and whole: a damaged file is as good as none, and its cell runs again. */
    Optional<CellResult> find(Cell cell, String image) {
        return cells.find(key(cell, image)).flatMap(bytes -> parsed(bytes, image));
    }

    private Optional<CellResult> parsed(byte[] bytes, String image) {
        try {
            CellResult result = json.readValue(bytes, CellResult.class);
            boolean whole = result != null && result.image().equals(image);
            return whole && Arrays.equals(json.writeValueAsBytes(result), bytes)
                    ? Optional.of(result)
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            // Text of any kind may stand there, and the record's own checks throw what they like.
            return Optional.empty();
        }
    }

    void put(Cell cell, String image, CellResult result) {
        try {
            cells.put(key(cell, image), json.writeValueAsBytes(result));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String key(Cell cell, String image) {
        // The text leaves to the plugins what is their own; code that comes in no jar has no fingerprint.
        return String.join(
                "\n",
                cell.text(),
                cell.parameters().toString(),
                image,
                fingerprints.toString(),
                billed ? "billed" : "");
    }
}
