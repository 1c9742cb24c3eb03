package org.sidestep.lab.matrix;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.run.CellRunner.Assembled;

/** Runs cells on this machine, and can keep those that are finished, so that a run that was killed can go on. */
public final class ThisMachine implements CellExecutor {

    /** Null if nothing is kept. */
    private final CellStore store;

    private final int places;
    private final boolean billed;
    private final boolean again;

    /** So many images, a MB or two each, are kept if all cells are run once more when all have been run: those of the lecture. */
    private static final int IMAGES = 128;

    /** The last images: cells that differ in machine or CPU model alone boot the same one. */
    private final Map<KernelProvider.Request, Assembled> images = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<KernelProvider.Request, Assembled> eldest) {
            return size() > (again ? IMAGES : 2 * places);
        }
    };

    /**
     * Opens the store of finished cells.
     *
     * @param directory keeps finished cells
     * @param fingerprints of the code that results depend on; asked when the first cell is
     * @param resume whether to use what is kept there already
     * @param places how many cells run side by side
     * @param billed whether to split all cycles by what they were spent on
     * @param again whether cells come once more, as variants, when all have been run
     */
    public ThisMachine(
            Path directory,
            Supplier<SortedMap<String, String>> fingerprints,
            boolean resume,
            int places,
            boolean billed,
            boolean again) {
        this.store = new CellStore(directory, fingerprints, billed);
        this.places = places;
        this.billed = billed;
        this.again = again;
        store.open(resume);
    }

    /** One that keeps no result: whoever calls it does. Variants come behind their cells. */
    public ThisMachine(int places, boolean billed) {
        this.store = null;
        this.places = places;
        this.billed = billed;
        this.again = false;
    }

    @Override
    public int places() {
        return places;
    }

    @Override
    public CellResult run(Cell cell) {
        Assembled assembled = assembled(cell);
        if (assembled.image().isEmpty()) return assembled.refusal();
        if (store == null) return CellRunner.run(assembled, billed);
        return store.find(cell, assembled.digest()).orElseGet(() -> {
            CellResult fresh = CellRunner.run(assembled, billed);
            store.put(cell, assembled.digest(), fresh);
            return fresh;
        });
    }

    /** Two threads may assemble the same image at once, and get the same. */
    private Assembled assembled(Cell cell) {
        KernelProvider.Request request = cell.request();
        Assembled known;
        synchronized (images) {
            known = images.get(request);
        }
        if (known != null) return known.with(cell);
        Assembled fresh = CellRunner.assembleToRun(cell);
        synchronized (images) {
            images.put(request, fresh);
        }
        return fresh;
    }
}
