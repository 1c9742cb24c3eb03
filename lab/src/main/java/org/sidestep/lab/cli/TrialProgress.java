package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.Verification;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Work;

/**
 * Says on stderr how much a verification is, how fast it goes and how long it will take: in one line that is written anew where
 * stderr is a terminal, in a line now and then elsewhere.
 */
final class TrialProgress implements Verification.Listener, AutoCloseable {

    /** Until something can be said of the rate. */
    private static final long FIRST = Duration.ofSeconds(3).toNanos();

    /** Between two lines; on a terminal, between two states of the one line. */
    private static final long SELDOM = Duration.ofSeconds(30).toNanos();

    private static final long OFTEN = Duration.ofMillis(200).toNanos();

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier clock;
    private long begun;
    private long next;
    private Work planned = Work.NONE;
    private Work earlier = Work.NONE;
    private Work made = Work.NONE;
    private int width;
    private final Set<Failure.Kind> failed = EnumSet.noneOf(Failure.Kind.class);

    /** Only the launcher can tell whether stderr is a terminal. */
    static TrialProgress on(PrintWriter err) {
        return new TrialProgress(err, Boolean.getBoolean("sidestep.terminal"), System::nanoTime);
    }

    /** @param clock in nanoseconds */
    TrialProgress(PrintWriter err, boolean terminal, LongSupplier clock) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public synchronized void begins(Cell subject, Campaign.Plan plan) {
        wipe();
        planned = plan.work();
        earlier = Work.NONE;
        made = Work.NONE;
        failed.clear();
        begun = clock.getAsLong();
        next = begun + (terminal ? OFTEN : FIRST);
        err.println(String.format(
                Locale.ROOT,
                "%s: %,d trials at %,d boundaries of %d courses",
                Subjects.name(subject),
                plan.trials(),
                plan.boundaries(),
                plan.courses()));
        err.flush();
    }

    @Override
    public synchronized void done(Work some, boolean before) {
        if (before) earlier = earlier.plus(some);
        else made = made.plus(some);
        long now = clock.getAsLong();
        if (now < next || made.trials() == 0) return;
        next = now + (terminal ? OFTEN : SELDOM);
        String line = line(now - begun);
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** The first of each kind is told at once. */
    @Override
    public synchronized void failed(Failure failure) {
        if (!failed.add(failure.kind())) return;
        wipe();
        String place = failure.blows().isEmpty()
                ? "undisturbed"
                : failure.blows().get(0).toString();
        err.println(String.format(
                Locale.ROOT,
                "  FAILED: %s, on %s, %s",
                failure.kind(),
                failure.course().workload(),
                place));
        err.flush();
    }

    private String line(long nanoseconds) {
        double seconds = nanoseconds / 1e9;
        Work done = earlier.plus(made);
        double left = (1 - done.of(planned)) / made.of(planned);
        return String.format(
                Locale.ROOT,
                "  %,d of %,d trials, %,.0f a second, about %s left",
                done.trials(),
                planned.trials(),
                made.trials() / seconds,
                words(Math.round(seconds * left)));
    }

    private static String words(long seconds) {
        if (seconds < 100) return seconds + " s";
        if (seconds < 6000) return Math.round(seconds / 60.0) + " min";
        return String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
    }

    private void wipe() {
        if (width > 0) err.print("\r" + " ".repeat(width) + "\r");
        width = 0;
    }

    @Override
    public synchronized void close() {
        wipe();
        err.flush();
    }
}
