package org.sidestep.lab.shard;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.lab.matrix.CellExecutor;

/** Runs nothing: answers with what the shards have left, and remembers what they have not. */
public final class MergingExecutor implements CellExecutor {

    private static final CellResult MISSING = CellResult.without(Status.FAILED, "no shard has run it", "");

    private final ShardDirectory directory;
    private final int places;
    private final Map<String, CellResult> found = new ConcurrentHashMap<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();

    /** @param places how many files are read side by side */
    public MergingExecutor(ShardDirectory directory, int places) {
        this.directory = directory;
        this.places = places;
    }

    @Override
    public CellResult run(Cell cell) {
        asked.incrementAndGet();
        CellResult result =
                found.computeIfAbsent(cell.text(), text -> directory.find(cell).orElse(MISSING));
        if (result == MISSING) missing.add(cell.text());
        return result;
    }

    @Override
    public int places() {
        return places;
    }

    /** How many cells there were results for. */
    public int computed() {
        return found.size() - missing();
    }

    /** How often a cell was asked for again, as the variant of another. */
    public int reused() {
        return asked.get() - found.size();
    }

    /** How many cells have no result. */
    public int missing() {
        return missing.size();
    }
}
