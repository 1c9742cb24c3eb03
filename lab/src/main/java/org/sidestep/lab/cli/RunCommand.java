package org.sidestep.lab.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.cli.ExperimentOptions.Planned;
import org.sidestep.lab.compare.ResultsDiff;
import org.sidestep.lab.compare.SavedResults;
import org.sidestep.lab.file.FileUses;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.matrix.ThisMachine;
import org.sidestep.lab.report.DiffTables;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardDirectory;
import org.sidestep.lab.shard.ShardedRun;
import org.sidestep.lab.shard.StoringExecutor;
import org.sidestep.machine.Engine;
import org.sidestep.verify.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs an experiment and writes its reports, or runs a shard of it. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Run an experiment: every cell of its matrix, then its claims.",
            "Writes results.json, results.csv, results.columns.csv, report.html and run.log to the directory of results.",
            "If the file says 'verify: singles' (or near, or pairs), it also comes to a verdict on each policy, as 'verify' does.",
            "The reason of a failed cell names the code with which its guest ended; docs/kernel.md lists them.",
            "Example: ./sidestep run seeds/lecture.yaml --set workload.rounds=1000",
            "What a results.json says is run again and compared: ./sidestep run results/lecture/results.json",
            "A part of it, on one of many machines: ./sidestep run seeds/lecture.yaml --shard 3/20 --out DIR;"
                    + " docs/scale.md says how."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, all claims passed; with --shard: its cells have run, whatever they gave",
            "1:a claim, a cell or a verdict failed; run again, something is not as it was",
            "2:bad input"
        })
final class RunCommand implements Callable<Integer> {

    /** Behind the name of an experiment that is run again. */
    private static final String AGAIN = "-again";

    @Mixin
    private ExperimentOptions options;

    @Mixin
    private ResultOptions results;

    @Mixin
    private EngineOption engine;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "Run only the I-th of N parts of the matrix, and judge nothing: 'merge' does. Cells that are in DIR already are"
                            + " not run again.")
    private String shard;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        loadJsonMeanwhile();
        engine.choose(Engine.INTERPRETER);
        results.check();
        Shard part = shard == null ? null : Shard.parse(shard);
        Planned planned = options.plan();
        String name = planned.experiment().name();
        Path directory = results.directory(Path.of(options.earlier().isPresent() ? name + AGAIN : name));
        options.earlier().ifPresent(earlier -> requireElsewhere(earlier, directory));
        return part == null ? runAll(planned, directory) : runShard(planned, part, directory);
    }

    /** With all its formats of dates and numbers the library takes as long to load as it takes to find the plugins. */
    private static void loadJsonMeanwhile() {
        CompletableFuture.runAsync(ObjectMapper::new);
    }

    private int runAll(Planned planned, Path directory) {
        try (ResultDirectory locked =
                ResultDirectory.open(directory, planned.experiment().identity(), results.resume())) {
            ThisMachine machine = new ThisMachine(
                    directory.resolve("cells"),
                    planned.provenance().fingerprintsMeanwhile(),
                    results.resume(),
                    results.jobs(),
                    options.billed(),
                    planned.hasVariants());
            Map<Cell, Verdict> verdicts = planned.verdicts(directory, results.resume(), results.jobs(), spec);
            Results all;
            try (RunProgress progress = RunProgress.of(directory.resolve("run.log"), spec)) {
                all = planned.run(machine, progress).run(planned.provenance().versions(), verdicts);
            }
            ShardedRun run = planned.sharded(options.file().toString(), options.billed());
            int code = RunReport.of(all, run, directory, options.bill()).show(spec);
            return options.earlier().isPresent() ? Math.max(code, compare(run, directory)) : code;
        }
    }

    private static void requireElsewhere(SavedResults earlier, Path directory) {
        new FileUses().reads("FILE", Path.of(earlier.name())).writes("--out", directory.resolve("results.json"));
    }

    /** What has become of earlier results, and of the code that they came from. */
    private int compare(ShardedRun run, Path directory) {
        SavedResults earlier = options.earlier().orElseThrow();
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.println("\nagainst " + earlier.name());
        run.differences(ExperimentOptions.run(earlier)).forEach(stdout::println);
        ResultsDiff diff = ResultsDiff.of(earlier, SavedResults.read(directory));
        stdout.print(DiffTables.text(diff, false));
        stdout.flush();
        return diff.isNone() ? 0 : 1;
    }

    private int runShard(Planned planned, Shard part, Path directory) {
        ShardedRun run = planned.sharded(options.file().toString(), options.billed());
        ResultDirectory.share(directory, planned.experiment().identity());
        ShardDirectory shards = ShardDirectory.open(directory, run);
        StoringExecutor executor = new StoringExecutor(shards, new ThisMachine(results.jobs(), options.billed()));
        List<Cell> cells = part.select(planned.experiment().cells());
        Path log = shards.logs().resolve(String.format(Locale.ROOT, "%d-of-%d.log", part.number(), part.of()));
        try (RunProgress progress = RunProgress.of(log, spec)) {
            planned.run(executor, progress).runOnly(cells);
        }
        planned.tryShard(directory, part, results.jobs(), spec);
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.println(String.format(
                Locale.ROOT,
                "shard %s: %d of %d cells; with their variants %d computed, %d reused",
                part,
                cells.size(),
                planned.experiment().cells().size(),
                executor.computed(),
                executor.reused()));
        stdout.flush();
        return 0;
    }
}
