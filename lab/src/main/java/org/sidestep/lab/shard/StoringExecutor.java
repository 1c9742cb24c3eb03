package org.sidestep.lab.shard;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.matrix.CellExecutor;

/** Runs the cells that no shard has run yet, and keeps what they give. */
public final class StoringExecutor implements CellExecutor {

    private final ShardDirectory directory;
    private final CellExecutor machine;
    private final AtomicInteger computed = new AtomicInteger();
    private final AtomicInteger reused = new AtomicInteger();

    public StoringExecutor(ShardDirectory directory, CellExecutor machine) {
        this.directory = directory;
        this.machine = machine;
    }

    @Override
    public CellResult run(Cell cell) {
        Optional<CellResult> found = directory.find(cell);
        (found.isPresent() ? reused : computed).incrementAndGet();
        return found.orElseGet(() -> {
            CellResult fresh = machine.run(cell);
            directory.put(cell, fresh);
            return fresh;
        });
    }

    @Override
    public int places() {
        return machine.places();
    }

    /** How many cells ran. */
    public int computed() {
        return computed.get();
    }

    /** How many had been run before. */
    public int reused() {
        return reused.get();
    }
}
