package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/** Work that is done side by side by so many at most. In which order it ends is seen nowhere: who asks for an answer waits for it. */
public final class SideBySide implements AutoCloseable {

    private final ExecutorService pool;

    /** @param places how much is done at once */
    public SideBySide(int places) {
        pool = Executors.newFixedThreadPool(places);
    }

    /**
     * Begins when a place is free.
     *
     * @return its answer, once that is there; or what it has thrown
     */
    public <T> Supplier<T> begin(Supplier<T> work) {
        Future<T> future = pool.submit(work::get);
        return () -> answer(future);
    }

    /** Does something with each, so many at once; the answers are in the order of {@code all}. */
    public static <K, T> List<T> each(int places, List<K> all, Function<K, T> work) {
        try (SideBySide pool = new SideBySide(places)) {
            List<Supplier<T>> begun = new ArrayList<>();
            for (K one : all) begun.add(pool.begin(() -> work.apply(one)));
            List<T> answers = new ArrayList<>();
            for (Supplier<T> answer : begun) answers.add(answer.get());
            return answers;
        }
    }

    private static <T> T answer(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            if (e.getCause() instanceof Error cause) throw cause;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What has not begun will not begin, and what has is interrupted. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
