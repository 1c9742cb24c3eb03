package org.sidestep.lab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.Timeline.Slice;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.report.TimelinePage;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.run.CellRunner.Watched;
import org.sidestep.lab.run.Span;
import org.sidestep.lab.run.Span.Moment;
import org.sidestep.lab.trace.Trace;
import org.sidestep.machine.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a cell and writes what happened in it, for a trace viewer or as a page. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Run a cell and write a trace for Perfetto: who runs, whom the kernel believes in, messages, faults, interrupts,"
                    + " misses. It costs the guest nothing. One microsecond in the viewer is one cycle.",
            "With --out FILE.html: the report's timeline of any stretch, as a page that can be zoomed.",
            "Example: ./sidestep trace ipc=lazy workload=preempted --out trace.json",
            "Example: ./sidestep trace ipc=lazy workload=chain --from +10000 --to +12000 --out timeline.html"
        },
        footer = "See docs/results.md.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the cell failed; the trace shows how far it came", "2:bad input"})
final class TraceCommand implements Callable<Integer> {

    private static final String PAGE = ".html";

    /** More of them make a browser slow. */
    private static final int MOST_SLICES = 20_000;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path out;

    @Option(
            names = "--from",
            paramLabel = "CYCLE",
            description = "The first cycle (default: the begin of measuring); +N is counted from there.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "CYCLE",
            description = "The last cycle (default: the end of measuring), or +N.")
    private String to;

    @Option(
            names = "--max-events",
            paramLabel = "N",
            description = "End the trace after so many events (default: ${DEFAULT-VALUE}).")
    private long maxEvents = 1_000_000;

    @Mixin
    private CellOptions cell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        BadInput.requireAtLeast(1, "--max-events", maxEvents);
        Span span = span();
        new FileUses().reads("--file", cell.file()).writes("--out", out);
        OutputFile.require(out);
        PrintWriter err = spec.commandLine().getErr();
        CellOptions.Chosen chosen = cell.assembled(err);
        CellResult result = isPage() ? page(chosen, span) : trace(chosen, span);
        if (!result.ok()) err.println("sidestep: the cell is " + result.status() + ": " + result.reason());
        err.flush();
        return result.ok() ? 0 : 1;
    }

    private boolean isPage() {
        return out.toString().toLowerCase(Locale.ROOT).endsWith(PAGE);
    }

    private Span span() {
        Span span = new Span(moment("--from", from), moment("--to", to));
        if (span.to().isEmpty()) return span;
        Moment end = span.to().get();
        long least = span.from()
                .filter(begin -> begin.measured() == end.measured())
                .map(begin -> begin.cycle() + 1)
                .orElse(0L);
        BadInput.requireAtLeast(least, "--to", end.cycle());
        return span;
    }

    private static Optional<Moment> moment(String option, String text) {
        if (text == null) return Optional.empty();
        Optional<Moment> moment = Moment.parse(text);
        if (moment.isEmpty()) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "%s=%s: is no cycle; say for example 25000, or +1000 from the begin of measuring",
                    option,
                    text));
        }
        return moment;
    }

    private CellResult page(CellOptions.Chosen chosen, Span span) {
        Watched watched = CellRunner.watch(chosen.assembled(), span, (int) Math.min(maxEvents, MOST_SLICES));
        List<Slice> slices = watched.timeline().slices();
        if (slices.isEmpty()) {
            if (!watched.result().ok()) return watched.result();
            throw new BadInput(String.format(
                    Locale.ROOT, "nothing is measured in that stretch; measuring begins in cycle %d", watched.begin()));
        }
        String note = String.format(
                Locale.ROOT,
                "Cycles %d to %d from the begin of measuring, which is cycle %d.",
                slices.get(0).from(),
                slices.get(slices.size() - 1).to(),
                watched.begin());
        String name = chosen.cell().on(Axis.IPC).plugin().id();
        String title = chosen.cell().on(Axis.WORKLOAD).plugin().id() + ", " + name;
        byte[] page = TimelinePage.of(title, name, note + " " + chosen.cell().text() + ".", watched.timeline());
        OutputFile.save(out, page);
        PrintWriter err = spec.commandLine().getErr();
        err.println(out + ": " + note);
        if (watched.full()) tellFull(slices.size() + " slices");
        return watched.result();
    }

    private CellResult trace(CellOptions.Chosen chosen, Span span) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            CellResult result = run(chosen, span, file);
            OutputFile.save(out, file.toByteArray());
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CellResult run(CellOptions.Chosen chosen, Span span, ByteArrayOutputStream file) throws IOException {
        Trace.Interval interval = new Trace.Interval(span, maxEvents);
        AtomicReference<Machine> machine = new AtomicReference<>();
        AtomicReference<Trace> trace = new AtomicReference<>();
        Map<String, String> about = new LinkedHashMap<>();
        about.put("cell", chosen.cell().text());
        about.put("unit", "1 us is 1 cycle");
        CellResult result = CellRunner.run(chosen.assembled(), false, booted -> {
            machine.set(booted);
            trace.set(begin(booted, chosen, interval, file, about));
        });
        if (machine.get() == null) throw new BadInput(result.reason());
        trace.get().finish(machine.get());
        tell(trace.get());
        return result;
    }

    private static Trace begin(
            Machine machine,
            CellOptions.Chosen chosen,
            Trace.Interval interval,
            ByteArrayOutputStream file,
            Map<String, String> about) {
        try {
            return new Trace(machine, chosen.image(), interval, file, about);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell(Trace trace) {
        PrintWriter err = spec.commandLine().getErr();
        long[] cycles = trace.cycles();
        err.println(String.format(
                Locale.ROOT, "%s: %d events, cycles %d to %d", out, trace.events(), cycles[0], cycles[1]));
        if (trace.isFull()) tellFull("--max-events=" + maxEvents);
    }

    private void tellFull(String limit) {
        spec.commandLine()
                .getErr()
                .println(String.format(
                        Locale.ROOT,
                        "sidestep: it ends there since it has %s; choose what you want to see with --from and --to",
                        limit));
    }
}
