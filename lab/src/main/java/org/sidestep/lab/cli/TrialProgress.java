package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.Verification;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Failure;

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

    /** Of all trials, before it can be said how long they take: the first ones learn what is known to the others. */
    private static final double ENOUGH = 0.02;

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier clock;
    private long begun;
    private long next;
    private long planned;
    private long earlier;
    private long made;
    private int width;
    private final BiFunction<Cell, Failure, String> again;
    private final Set<List<Object>> failed = new HashSet<>();
    private final Set<Cell> subjects = new HashSet<>();
    /** What the last lines are about. */
    private Cell subject;

    /** One for who keeps no replay files. */
    static TrialProgress on(PrintWriter err) {
        return on(err, (subject, failure) -> "");
    }

    /**
     * Only the launcher can tell whether stderr is a terminal.
     *
     * @param again what runs a failed trial again; empty if nothing does yet
     */
    static TrialProgress on(PrintWriter err, BiFunction<Cell, Failure, String> again) {
        return new TrialProgress(err, Boolean.getBoolean("sidestep.terminal"), System::nanoTime, again);
    }

    /** @param clock in nanoseconds */
    TrialProgress(PrintWriter err, boolean terminal, LongSupplier clock, BiFunction<Cell, Failure, String> again) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        this.again = again;
    }

    @Override
    public synchronized void begins(Cell which, Campaign.Plan plan) {
        wipe();
        planned = plan.trials();
        earlier = 0;
        made = 0;
        begun = clock.getAsLong();
        next = begun + (terminal ? OFTEN : FIRST);
        subject = which;
        if (!subjects.add(which)) {
            err.println(Subjects.name(which) + ": what is left");
        } else {
            err.println(String.format(
                    Locale.ROOT,
                    "%s: %,d trials at %,d boundaries of %d courses",
                    Subjects.name(which),
                    plan.trials(),
                    plan.boundaries(),
                    plan.courses()));
        }
        err.flush();
    }

    @Override
    public synchronized void done(long trials, boolean before) {
        if (before) earlier += trials;
        else made += trials;
        long now = clock.getAsLong();
        if (now < next || made == 0) return;
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
    public synchronized void failed(Cell which, Failure failure) {
        if (!failed.add(List.of(which, failure.kind()))) return;
        wipe();
        if (!which.equals(subject)) err.println(Subjects.name(which));
        subject = which;
        String place = failure.blows().stream().map(Blow::toString).collect(Collectors.joining(", then "));
        err.println(String.format(
                Locale.ROOT,
                "  FAILED: %s, on %s, %s",
                failure.kind(),
                failure.course().workload(),
                place.isEmpty() ? "undisturbed" : place));
        failure.details().stream().limit(1).forEach(line -> err.println("    " + line));
        String command = again.apply(which, failure);
        if (!command.isEmpty()) err.println("    again: " + command);
        err.flush();
    }

    private String line(long nanoseconds) {
        double seconds = nanoseconds / 1e9;
        long done = earlier + made;
        String rate = String.format(Locale.ROOT, "  %,d of %,d trials, %,.0f a second", done, planned, made / seconds);
        if (made < planned * ENOUGH) return rate;
        return rate + ", about " + words(Math.round(seconds * Math.max(0, planned - done) / made)) + " left";
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
