package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.cli.ExperimentOptions.Planned;
import org.sidestep.lab.experiment.Change;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.matrix.RunListener;
import org.sidestep.lab.shard.MergingExecutor;
import org.sidestep.lab.shard.ShardDirectory;
import org.sidestep.lab.shard.ShardedCrossValidation;
import org.sidestep.lab.shard.ShardedRun;
import org.sidestep.lab.shard.ShardedVerification;
import org.sidestep.verify.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes of all shards of a run what one machine would have made. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = {
            "Merge the shards of a run, a verification, its mutants or a cross-validation: judge, and write its reports, to the byte as"
                    + " one machine would have.",
            "Shards of other code, other plugins or another experiment are refused; so is a run of which cells or trials are missing.",
            "Example: ./sidestep merge results/lecture",
            "docs/scale.md says how the shards come there."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, all claims passed",
            "1:a claim, a cell or a trial failed, or some are missing",
            "2:bad input"
        })
final class MergeCommand implements Callable<Integer> {

    private static final int FAILED = 1;

    @Parameters(paramLabel = "DIR", description = "The directory of results to which the shards were written.")
    private Path directory;

    @Option(
            names = "--equivalent",
            paramLabel = "FILE",
            description =
                    "Of mutants: those that are known to do what the original does (default: docs/equivalent-mutants.yaml).")
    private Path equivalent;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Catalog catalog = plugins.catalog();
        Optional<ShardedVerification> verification = ShardedVerification.of(directory);
        if (verification.isPresent())
            return inShards(verification.get(), catalog).merge(directory, spec);
        Optional<ShardedCrossValidation> calibration = ShardedCrossValidation.of(directory);
        if (calibration.isPresent())
            return ShardedFits.of(calibration.get(), catalog).merge(directory, spec);
        return merge(ShardDirectory.run(directory), catalog);
    }

    private InShards inShards(ShardedVerification work, Catalog catalog) {
        try {
            Verified what = Verified.of(work, catalog);
            return ShardedMutants.isOne(work)
                    ? ShardedMutants.of(work, what, MutantOptions.equivalent(equivalent))
                    : ShardedVerdicts.of(work, what);
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new BadInput("the shards do not say of which verification they are: " + e.getMessage(), e);
        }
    }

    private int merge(ShardedRun run, Catalog catalog) {
        List<Change> changes = run.settings().stream().map(Change::parse).toList();
        Experiment experiment = new ExperimentReader(catalog, changes).read(run.file(), run.text());
        Planned planned = Planned.of(experiment, run.ablate(), run.sensitivity(), catalog);
        ShardDirectory shards = ShardDirectory.open(directory, planned.sharded(run.file(), run.billed()));
        MergingExecutor executor =
                new MergingExecutor(shards, Runtime.getRuntime().availableProcessors());
        try (ResultDirectory locked = ResultDirectory.open(directory, experiment.identity(), false)) {
            int jobs = Runtime.getRuntime().availableProcessors();
            Map<Cell, Verdict> verdicts = planned.verdicts(directory, true, jobs, spec);
            Results results = planned.run(executor, RunListener.NOBODY)
                    .run(planned.provenance().versions(), verdicts);
            count(executor, run);
            if (executor.missing() > 0) return FAILED;
            return RunReport.of(results, run, directory, run.billed() ? "" : null)
                    .show(spec);
        }
    }

    private void count(MergingExecutor executor, ShardedRun run) {
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.println(String.format(
                Locale.ROOT,
                "cells and variants: %d computed, %d reused, %d missing",
                executor.computed(),
                executor.reused(),
                executor.missing()));
        if (executor.missing() > 0) {
            stdout.println(String.format(
                    Locale.ROOT,
                    "nothing is judged; run them: ./sidestep shards %s --for parallel --missing --out %s",
                    run.file(),
                    directory));
        }
        stdout.flush();
    }
}
