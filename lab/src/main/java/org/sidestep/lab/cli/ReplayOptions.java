package org.sidestep.lab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.debug.DebugTarget;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.run.Span;
import org.sidestep.lab.trace.Trace;
import org.sidestep.lab.verify.Replay;
import org.sidestep.lab.verify.VerdictText;
import org.sidestep.lab.verify.Verification;
import org.sidestep.machine.Limits;
import org.sidestep.verify.Blow;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Lane;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** A failed trial runs again: to see that it fails, or what happens. */
final class ReplayOptions {

    private static final int FAILED = 1;
    private static final long MOST_EVENTS = 1_000_000;

    @Option(names = "--replay", paramLabel = "FILE", description = "Run a failed trial again, from its failure-N.json.")
    private Path file;

    @Option(
            names = "--stop-there",
            description = "With --replay: stop where it was struck, on the console of 'debug'; 'back' works too.")
    private boolean stopThere;

    @Option(
            names = "--trace",
            description = "With --replay: write a trace for Perfetto beside FILE, as FILE.trace.json.")
    private boolean trace;

    /** Whether that is wanted, and not a verification. */
    boolean asked() {
        if (file == null && (stopThere || trace))
            throw new BadInput(
                    (stopThere ? "--stop-there" : "--trace") + " is about a trial; say which with --replay FILE");
        if (stopThere && trace) throw new BadInput("--stop-there and --trace: say one of them");
        return file != null;
    }

    /** Runs it; returns the exit code. */
    int run(Catalog catalog, List<String> what, CommandSpec spec) {
        if (!what.isEmpty()) throw new BadInput("--replay names its policy itself; leave out " + what.get(0));
        Replay trial = Replay.read(file);
        Verification verification = new Verification(catalog, Bound.PAIRS, Version.PROGRAM);
        PrintWriter out = spec.commandLine().getOut();
        try {
            return run(verification, trial, out);
        } catch (IllegalArgumentException e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT,
                            "%s: %s; it was written by another version of the program, of the policy or of a plugin",
                            file,
                            e.getMessage()),
                    e);
        }
    }

    private int run(Verification verification, Replay trial, PrintWriter out) {
        if (stopThere) return stopThere(verification, trial, out);
        if (trace) trace(verification, trial, out);
        Optional<Failure> failure = verification.replay(trial);
        if (failure.isEmpty()) out.println("the trial kept its promise: nothing failed");
        else VerdictText.page(failure.get()).forEach(out::println);
        out.flush();
        return failure.isEmpty() ? 0 : FAILED;
    }

    /** With the machine standing behind its last blow. */
    private static int stopThere(Verification verification, Replay trial, PrintWriter out) {
        Campaign campaign = verification.campaign(trial);
        Lane lane = campaign.lane(trial.course());
        lane.rewind();
        DebugTarget target = DebugTarget.of(lane.cell(), lane.image(), lane.machine());
        campaign.deal(lane, trial.blows(), blow -> {
            target.changed();
            out.println("struck by " + blow);
        });
        try {
            DebugCommand.console(target, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }

    /** From the begin of the round that was struck to the end of the run. */
    private void trace(Verification verification, Replay trial, PrintWriter out) {
        Path to = file.resolveSibling(file.getFileName() + ".trace.json");
        OutputFile.require(to);
        if (Files.exists(to)) throw new BadInput(to + " is there already; move it away, or delete it");
        Campaign campaign = verification.campaign(trial);
        Lane lane = campaign.lane(trial.course());
        lane.rewind();
        Map<String, String> about = new LinkedHashMap<>();
        about.put("cell", lane.cell().text());
        about.put("unit", "1 us is 1 cycle");
        for (Blow blow : trial.blows()) about.put("blow " + (about.size() - 1), blow.toString());
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            Span rest = Span.between(lane.machine().cycles(), Long.MAX_VALUE);
            Trace.Interval all = new Trace.Interval(rest, MOST_EVENTS);
            Trace trace = new Trace(lane.machine(), lane.image(), all, content, about);
            campaign.deal(lane, trial.blows(), blow -> trace.marked(lane.machine(), blow.toString()));
            lane.machine().run(Limits.cycles(lane.limit()));
            trace.finish(lane.machine());
            out.println(String.format(Locale.ROOT, "%s: %d events", to, trace.events()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        OutputFile.save(to, content.toByteArray());
    }
}
