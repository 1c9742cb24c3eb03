package org.sidestep.lab.run;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.kernel.KernelImage;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.lab.run.CellRunner.Assembled;
import org.sidestep.plugin.BadParameter;
import org.sidestep.workload.NotApplicable;

/**
 * Assembles one cell in a thread of its own, since plugins take part in it and may never come to an end. What they emit is
 * bounded by the assembler; time bounds what emits nothing. A result depends on time only if it is this failure.
 */
final class Assembly {

    /** A thousand times what the kernel takes. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int FRAMES_SHOWN = 3;

    private final Cell cell;
    private final Function<Cell, KernelImage> how;
    private volatile Assembled assembled;

    Assembly(Cell cell, Function<Cell, KernelImage> how) {
        this.cell = cell;
        this.how = how;
    }

    /** The cell with its image, or with the reason why there is none. */
    Assembled within(Duration limit) {
        Thread thread = new Thread(() -> assembled = assemble(), "assembly");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (assembled != null) return assembled;
        String where = Stream.of(thread.getStackTrace())
                .limit(FRAMES_SHOWN)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(", called by "));
        thread.interrupt();
        return refused(Status.FAILED, "cannot be assembled: not done in " + limit + "; it is at " + where);
    }

    /** A plugin may throw anything; errors of its packaging are Errors. */
    private Assembled assemble() {
        try {
            KernelImage image = how.apply(cell);
            return new Assembled(cell, Optional.of(image), Digest.of(image.elf()), null);
        } catch (BadParameter | NotApplicable e) {
            return refused(Status.NOT_APPLICABLE, e.getMessage());
        } catch (Throwable e) {
            return refused(Status.FAILED, "cannot be assembled: " + CellRunner.describe(e));
        }
    }

    private Assembled refused(Status status, String reason) {
        return new Assembled(cell, Optional.empty(), "", CellResult.without(status, reason, ""));
    }
}
