package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.UnaryOperator;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.Provenance;
import org.sidestep.lab.compare.SavedResults;
import org.sidestep.lab.experiment.Change;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.matrix.CellExecutor;
import org.sidestep.lab.matrix.ExperimentRun;
import org.sidestep.lab.matrix.RunListener;
import org.sidestep.lab.run.Intervals;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.shard.ShardedRun;
import org.sidestep.lab.variant.Ablation;
import org.sidestep.lab.variant.Variant;
import org.sidestep.lab.verify.ExperimentVerdicts;
import org.sidestep.plugin.Nearest;
import org.sidestep.verify.Verdict;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which experiment is run, and all that its results depend on. */
final class ExperimentOptions {

    @Parameters(
            paramLabel = "FILE",
            description = "The experiment file, for example seeds/lecture.yaml; or a results.json, which is run again.")
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
            names = "--layouts",
            paramLabel = "N",
            description =
                    "Run each cell in N layouts of code and data that are equally good, drawn from its seed, the first as it is"
                            + " anyhow: medians with their spread, and at how many a claim holds (default: as FILE says, or 1).")
    private String layouts;

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

    private Optional<SavedResults> earlier = Optional.empty();

    @Mixin
    private PluginOptions plugins;

    /**
     * An experiment that has been read.
     *
     * @param mechanisms those to take away
     * @param ablations the cells without them
     * @param sensitivity whether cells run again at both ends of the figures that they rest on
     */
    record Planned(
            Experiment experiment,
            List<String> mechanisms,
            List<Variant> ablations,
            boolean sensitivity,
            Catalog catalog,
            Provenance provenance) {

        /** Whether cells are run again with another processor. */
        boolean hasVariants() {
            return sensitivity || !ablations.isEmpty();
        }

        static Planned of(Experiment experiment, List<String> mechanisms, boolean sensitivity, Catalog catalog) {
            return new Planned(
                    experiment,
                    mechanisms,
                    Ablation.variants(experiment.cells(), mechanisms),
                    sensitivity,
                    catalog,
                    Provenance.of(experiment.cells(), catalog, Version.PROGRAM));
        }

        ExperimentRun run(CellExecutor executor, RunListener listener) {
            return new ExperimentRun(experiment, ablations, sensitivity, executor, listener);
        }

        /** Verdicts on the policies of cells, if the experiment asks for them; what is tried is kept in the directory of results. */
        Map<Cell, Verdict> verdicts(Path directory, boolean resume, int jobs, CommandSpec spec) {
            try (TrialProgress progress = TrialProgress.on(spec.commandLine().getErr())) {
                return verification().in(verified(directory), resume, jobs, progress);
            }
        }

        /** A shard's part of the trials that the verdicts rest on. */
        void tryShard(Path directory, Shard shard, int jobs, CommandSpec spec) {
            try (TrialProgress progress = TrialProgress.on(spec.commandLine().getErr())) {
                verification().tryShard(verified(directory), shard, jobs, progress);
            }
        }

        private ExperimentVerdicts verification() {
            return new ExperimentVerdicts(experiment, catalog, Version.PROGRAM);
        }

        private static Path verified(Path directory) {
            return directory.resolve("verify");
        }

        ShardedRun sharded(String file, boolean billed) {
            SortedMap<String, String> code = provenance.fingerprints();
            return ShardedRun.of(file, experiment, mechanisms, sensitivity, billed, code);
        }
    }

    /**
     * Reads the experiment.
     *
     * @throws BadInput if anything that was said cannot be used
     */
    Planned plan() {
        return SavedResults.isOne(file) ? again() : fresh();
    }

    /** What earlier results say that they are of. */
    private Planned again() {
        SavedResults saved = SavedResults.read(file);
        if (!changes.isEmpty() || layouts != null || !ablate.isEmpty() || bill != null || !sensitivity) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "%s says itself how it is to be run; leave --set, --layouts, --ablate, --bill and --no-sensitivity out, or"
                            + " name the experiment file",
                    saved.name()));
        }
        ShardedRun run = run(saved);
        earlier = Optional.of(saved);
        bill = run.billed() ? "" : null;
        Catalog catalog = plugins.catalog();
        List<Change> settings = run.settings().stream().map(Change::parse).toList();
        Experiment experiment = new ExperimentReader(catalog, settings).read(run.file(), run.text());
        return Planned.of(experiment, run.ablate(), run.sensitivity(), catalog);
    }

    /**
     * What a run was, as its results say.
     *
     * @throws BadInput if they do not
     */
    static ShardedRun run(SavedResults saved) {
        try {
            return ShardedRun.of(saved.root().path("run"));
        } catch (IllegalArgumentException e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT,
                            "%s: does not say how to run it again (\"run\": %s); name its experiment file",
                            saved.name(),
                            e.getMessage()),
                    e);
        }
    }

    private Planned fresh() {
        List<String> mechanisms =
                ablate.stream().flatMap(list -> Ablation.names(list).stream()).toList();
        Catalog catalog = plugins.catalog();
        List<Change> parsed =
                new ArrayList<>(changes.stream().map(Change::parse).toList());
        if (layouts != null) parsed.add(Change.layouts(layouts));
        Experiment experiment = new ExperimentReader(catalog, parsed).read(file);
        requireInterval(experiment);
        return Planned.of(experiment, mechanisms, sensitivity, catalog);
    }

    private void requireInterval(Experiment experiment) {
        if (bill == null || bill.isEmpty()) return;
        SortedSet<String> known = Intervals.of(experiment.cells());
        if (known.contains(bill)) return;
        throw new BadInput(
                String.format(Locale.ROOT, "--bill: no cell has an interval '%s'%s", bill, Nearest.hint(bill, known)));
    }

    Path file() {
        return earlier.map(saved -> Path.of(run(saved).file())).orElse(file);
    }

    /** The results that are run again, once they have been planned. */
    Optional<SavedResults> earlier() {
        return earlier;
    }

    boolean billed() {
        return bill != null;
    }

    /** The interval whose bill is printed, empty for the usual one; null if there are none. */
    String bill() {
        return bill;
    }

    /** The same as words of a command line, where files are called as {@code place} says; but for the experiment file. */
    List<String> words(UnaryOperator<Path> place) {
        List<String> words = new ArrayList<>();
        changes.forEach(change -> words.addAll(List.of("--set", change)));
        if (layouts != null) words.addAll(List.of("--layouts", layouts));
        ablate.forEach(mechanisms -> words.addAll(List.of("--ablate", mechanisms)));
        if (bill != null) words.add(bill.isEmpty() ? "--bill" : "--bill=" + bill);
        if (!sensitivity) words.add("--no-sensitivity");
        words.addAll(plugins.words(place));
        return words;
    }
}
