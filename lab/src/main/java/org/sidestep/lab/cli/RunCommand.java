package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provenance;
import org.sidestep.lab.experiment.Change;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.matrix.ExperimentRun;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.matrix.RunListener;
import org.sidestep.lab.matrix.ThisMachine;
import org.sidestep.lab.report.Failures;
import org.sidestep.lab.report.Report;
import org.sidestep.lab.report.ReportWriter;
import org.sidestep.lab.run.Intervals;
import org.sidestep.lab.variant.Ablation;
import org.sidestep.lab.variant.Variant;
import org.sidestep.plugin.Nearest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an experiment and writes its reports. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Run an experiment: every cell of its matrix, then its claims.",
            "Writes results.json, results.csv, report.html and run.log to the directory of results.",
            "The reason of a failed cell names the code with which its guest ended; docs/kernel.md lists them."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done, all claims passed", "1:a claim or a cell failed", "2:bad input"})
final class RunCommand implements Callable<Integer> {

    private static final int FAILED = 1;

    @Parameters(paramLabel = "FILE", description = "The experiment file, for example seeds/lecture.yaml.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "Change a parameter in all cells that have it, for example workload.rounds=1000; or an axis,"
                    + " for example ipc=lazy; or seed; or limit.cycles.")
    private List<String> changes = new ArrayList<>();

    @Option(
            names = "--ablate",
            paramLabel = "MECHANISM",
            description =
                    "Run each cell also with mechanisms of its CPU model made perfect, each alone and all together,"
                            + " for example tlb,btb,ras, or all; see 'list MODEL'.")
    private List<String> ablate = new ArrayList<>();

    @Option(
            names = "--bill",
            paramLabel = "INTERVAL",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Split the cycles of each interval by what they were spent on. Prints one interval, for example"
                            + " roundtrip (default: oneway where there is one); the results have all.")
    private String bill;

    @Option(
            names = "--no-sensitivity",
            negatable = true,
            description = "Do not run cells again at both ends of the figures of low confidence that they rest on.")
    private boolean sensitivity = true;

    @Mixin
    private ResultOptions options;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        options.check();
        List<String> mechanisms =
                ablate.stream().flatMap(list -> Ablation.names(list).stream()).toList();
        Catalog catalog = plugins.catalog();
        List<Change> parsed = changes.stream().map(Change::parse).toList();
        Experiment experiment = new ExperimentReader(catalog, parsed).read(file);
        requireInterval(experiment);
        Path directory = options.directory(Path.of(experiment.name()));
        List<Variant> ablations = Ablation.variants(experiment.cells(), mechanisms);
        try (ResultDirectory locked = ResultDirectory.open(directory, experiment.identity(), options.resume())) {
            Results results = run(experiment, ablations, catalog, directory);
            ReportWriter.write(results, directory);
            Failures failures = Failures.of(results);
            print(results, failures, directory);
            return results.allPassed() && failures.none() ? 0 : FAILED;
        }
    }

    private void requireInterval(Experiment experiment) {
        if (bill == null || bill.isEmpty()) return;
        SortedSet<String> known = Intervals.of(experiment.cells());
        if (known.contains(bill)) return;
        throw new BadInput(
                String.format(Locale.ROOT, "--bill: no cell has an interval '%s'%s", bill, Nearest.hint(bill, known)));
    }

    private Results run(Experiment experiment, List<Variant> ablations, Catalog catalog, Path directory) {
        Provenance provenance = Provenance.of(experiment.cells(), catalog, Version.PROGRAM);
        ThisMachine executor = new ThisMachine(
                directory.resolve("cells"), provenance.fingerprints(), options.resume(), options.jobs(), bill != null);
        try (RunLog log = new RunLog(directory);
                Progress progress = progress()) {
            RunListener listener = new RunListener() {
                @Override
                public void more(int cells) {
                    progress.more(cells);
                }

                @Override
                public void finished(Cell cell, CellResult result, long milliseconds) {
                    log.finished(cell, result, milliseconds);
                    progress.finished();
                }
            };
            return new ExperimentRun(experiment, ablations, sensitivity, executor, listener).run(provenance.versions());
        }
    }

    /** Only the launcher can tell whether stderr is a terminal. */
    private Progress progress() {
        return new Progress(spec.commandLine().getErr(), 0, Boolean.getBoolean("sidestep.terminal"));
    }

    private void print(Results results, Failures failures, Path directory) {
        var stdout = spec.commandLine().getOut();
        stdout.print(Report.text(results));
        if (bill != null) stdout.print(Report.bill(results, bill));
        for (String id : results.experiment().dropped()) {
            stdout.println(String.format(Locale.ROOT, "claim '%s' is left out: --set has changed its cells", id));
        }
        stdout.println("\nreport: " + directory.resolve("report.html"));
        stdout.print(failures.text());
        stdout.flush();
    }
}
