package org.sidestep.lab.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;

/** Runs the cells of a matrix side by side. The order in which they finish leaves no trace in the results. */
public final class MatrixRunner {

    private final CellStore store;
    private final int jobs;
    private final boolean billed;
    private final Listener listener;

    /** Is told of each finished cell, by any thread. */
    @FunctionalInterface
    public interface Listener {
        void finished(Cell cell, CellResult result, long milliseconds);
    }

    /**
     * Prepares a run.
     *
     * @param directory keeps finished cells
     * @param fingerprints of the code that results depend on
     * @param resume whether to use what is kept there already
     * @param billed whether to split all cycles by what they were spent on
     */
    public MatrixRunner(
            Path directory,
            Map<String, String> fingerprints,
            boolean resume,
            int jobs,
            boolean billed,
            Listener listener) {
        this.store = new CellStore(directory, fingerprints, billed);
        this.billed = billed;
        this.jobs = jobs;
        this.listener = listener;
        store.open(resume);
    }

    /** The results in the order of {@code cells}. */
    public Map<Cell, CellResult> run(List<Cell> cells) {
        return each(cells, this::run);
    }

    /** Does something with each cell, side by side; The answers are in the order of {@code cells}. */
    public <T> Map<Cell, T> each(List<Cell> cells, Function<Cell, T> work) {
        ExecutorService pool = Executors.newFixedThreadPool(jobs);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Cell cell : cells) futures.add(pool.submit(() -> work.apply(cell)));
            Map<Cell, T> results = new LinkedHashMap<>();
            for (int i = 0; i < cells.size(); i++) results.put(cells.get(i), get(futures.get(i)));
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private CellResult run(Cell cell) {
        return run(CellRunner.assemble(cell));
    }

    /** Runs variants of {@code cell} that differ from it in machine or CPU model alone, hence boot the same image. */
    public Function<Cell, CellResult> onImageOf(Cell cell) {
        CellRunner.Assembled assembled = CellRunner.assemble(cell);
        return variant -> run(assembled.with(variant));
    }

    private CellResult run(CellRunner.Assembled assembled) {
        long start = System.nanoTime();
        Cell cell = assembled.cell();
        CellResult result = assembled.image().isEmpty() ? assembled.refusal() : result(assembled);
        listener.finished(cell, result, (System.nanoTime() - start) / 1_000_000);
        return result;
    }

    private CellResult result(CellRunner.Assembled assembled) {
        Cell cell = assembled.cell();
        return store.find(cell, assembled.digest()).orElseGet(() -> {
            CellResult fresh = CellRunner.run(assembled, billed);
            store.put(cell, assembled.digest(), fresh);
            return fresh;
        });
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
