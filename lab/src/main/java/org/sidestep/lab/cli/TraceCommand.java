package org.sidestep.lab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.run.CellRunner;
import org.sidestep.lab.trace.Trace;
import org.sidestep.machine.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a cell and writes what happened in it, for a trace viewer. */
@Command(
        name = "trace",
        mixinStandardHelpOptions = true,
        description = {
            "Run a cell and write a trace for Perfetto: who runs, whom the kernel believes in, messages, faults, interrupts,"
                    + " misses. It costs the guest nothing. One microsecond in the viewer is one cycle.",
            "Example: ./sidestep trace ipc=lazy workload=preempted --out trace.json"
        },
        footer = "See docs/results.md.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:the cell failed; the trace shows how far it came", "2:bad input"})
final class TraceCommand implements Callable<Integer> {

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The file to write.")
    private Path out;

    @Option(names = "--from", paramLabel = "CYCLE", description = "The first cycle (default: the begin of measuring).")
    private Long from;

    @Option(names = "--to", paramLabel = "CYCLE", description = "The last cycle (default: the end of measuring).")
    private Long to;

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
        if (from != null) BadInput.requireAtLeast(0, "--from", from);
        if (to != null) BadInput.requireAtLeast(from == null ? 0 : from + 1, "--to", to);
        new FileUses().reads("--file", cell.file()).writes("--out", out);
        OutputFile.require(out);
        PrintWriter err = spec.commandLine().getErr();
        CellOptions.Chosen chosen = cell.assembled(err);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            CellResult result = run(chosen, file);
            OutputFile.save(out, file.toByteArray());
            if (!result.ok()) err.println("sidestep: the cell is " + result.status() + ": " + result.reason());
            return result.ok() ? 0 : 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CellResult run(CellOptions.Chosen chosen, ByteArrayOutputStream file) throws IOException {
        Trace.Interval interval = new Trace.Interval(optional(from), optional(to), maxEvents);
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
        if (trace.isFull()) {
            err.println(String.format(
                    Locale.ROOT,
                    "sidestep: the trace ends there since it has --max-events=%d; choose what you want to see with --from"
                            + " and --to, or allow more",
                    maxEvents));
        }
        err.flush();
    }

    private static OptionalLong optional(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
