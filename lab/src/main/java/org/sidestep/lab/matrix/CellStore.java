package org.sidestep.lab.matrix;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.file.FinishedParts;

/** Finished cells. A file is named by all that the result depends on: the cell, its image and the code that ran it. */
final class CellStore {

    private final FinishedParts cells;
    private final Supplier<SortedMap<String, String>> fingerprints;
    private final boolean billed;

    /**
     * Keeps files in a directory.
     *
     * @param fingerprints name the code of program and plugins; asked when the first cell is
     * @param billed whether the results have bills
     */
    CellStore(Path directory, Supplier<SortedMap<String, String>> fingerprints, boolean billed) {
        this.billed = billed;
        this.cells = new FinishedParts(directory);
        this.fingerprints = fingerprints;
    }

    /** See {@link FinishedParts#open}. */
    void open(boolean keep) {
        cells.open(keep);
    }

    /** What was put, if it is there and whole: a damaged file is as good as none, and its cell runs again. */
    Optional<CellResult> find(Cell cell, String image) {
        return cells.find(key(cell, image), CellResult.class)
                .filter(result -> result.image().equals(image));
    }

    void put(Cell cell, String image, CellResult result) {
        cells.put(key(cell, image), result);
    }

    private String key(Cell cell, String image) {
        // The text leaves to the plugins what is their own; code that comes in no jar has no fingerprint.
        return String.join(
                "\n",
                cell.text(),
                cell.parameters().toString(),
                image,
                fingerprints.get().toString(),
                billed ? "billed" : "");
    }
}
