package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.shard.Shard;
import org.sidestep.lab.verify.FoundFailures;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.TimeLimit;
import org.sidestep.lab.verify.Verification;
import org.sidestep.plugin.BadParameter;
import org.sidestep.verify.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Is a policy still correct when it is interrupted anywhere and attacked by its own users? */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Disturb a policy at every instruction of its rounds and say whether anyone noticed who should not.",
            "Example: ./sidestep verify ipc=lazy validation=twin --bound pairs",
            "How much is that worth: ./sidestep verify ipc=lazy --mutants",
            "On many machines: ./sidestep verify ipc=lazy --for slurm --out DIR >job.sh; docs/scale.md says how.",
            "docs/verification.md says what a verdict means and what it does not."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every trial kept its promise; of mutants: each was caught, or is known to be equivalent",
            "1:a trial broke its promise; or a mutant is left",
            "2:bad input"
        })
final class VerifyCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME=VALUE|FILE",
            description =
                    "The policy with whatever else is not the default, for example ipc=lazy validation=check; or an experiment"
                            + " file, whose policies, validations, schedulers and kernels are meant.")
    private List<String> what = new ArrayList<>();

    @Option(
            names = "--bound",
            paramLabel = "BOUND",
            defaultValue = "near",
            description =
                    "singles: one disturbance at each boundary. near (the default): also a second interrupt at each kind of place among"
                            + " the next hundred user instructions behind each kind of one in a stub. pairs: also every second"
                            + " interrupt in a stub. pct: near, and interrupts at places drawn at random.")
    private Bound bound;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "" + Verification.Depth.STRIKES,
            description = "With --bound pct: interrupts of each random trial (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Option(
            names = "--trials",
            paramLabel = "N",
            defaultValue = "" + Verification.Depth.TRIALS,
            description = "With --bound pct: random trials on each workload (default: ${DEFAULT-VALUE}).")
    private int trials;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + Verification.Depth.SEED,
            description = "With --bound pct: another seed draws other places (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--keep-going",
            description = "Try everything even if something has failed, which takes long if much fails.")
    private boolean keepGoing;

    @Option(
            names = "--workloads",
            paramLabel = "ID",
            split = ",",
            description = "Only these of the workloads, for example neighbours,meddlers (default: all).")
    private Set<String> workloads = new TreeSet<>();

    @Option(
            names = "--cpu",
            paramLabel = "ID",
            defaultValue = Subjects.CLOCK,
            description = "The processor that is the clock (default: ${DEFAULT-VALUE}).")
    private String cpu;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "Begin nothing new after so long, for example 90s, 10m or 2h; what is left out is said.")
    private String time;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "Try only the I-th of N parts, beside other machines that write to the same --out, and judge nothing: 'merge'"
                            + " does. What is there already is not tried again.")
    private String shard;

    @Mixin
    private JobOptions job;

    @Mixin
    private ReplayOptions replay;

    @Mixin
    private MutantOptions mutants;

    @Mixin
    private ResultOptions options;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        options.check();
        mutants.check();
        job.check();
        if (shard != null && job.asked())
            throw new BadInput("--shard and --for: a job has all shards; leave one of both out");
        Catalog catalog = plugins.catalog();
        if (mutants.asksForKept()) {
            mutants.printKept(catalog, spec);
            return 0;
        }
        try {
            return replay.asked() ? replay.run(catalog, what, spec) : verify(catalog);
        } catch (BadParameter e) {
            throw new BadInput(e.getMessage(), e);
        }
    }

    private int verify(Catalog catalog) {
        Subjects subjects = new Subjects(catalog, cpu);
        if (isFile()) {
            Experiment experiment = new ExperimentReader(catalog, List.of()).read(Path.of(what.get(0)));
            return verify(catalog, experiment.name(), subjects.of(experiment.cells()));
        }
        return verify(catalog, String.join(",", what), subjects.named(what));
    }

    private int verify(Catalog catalog, String name, List<Cell> subjects) {
        TimeLimit limit = time == null ? TimeLimit.NONE : TimeLimit.parse("--time", time);
        BadInput.requireAtLeast(1, "--depth", depth);
        BadInput.requireAtLeast(1, "--trials", trials);
        Verification.Depth how = new Verification.Depth(bound, depth, trials, seed);
        Verified verified = new Verified(catalog, subjects, how, workloads);
        Verification verification = verified.verification();
        Path directory = options.directory(Path.of(mutants.asked() ? "mutants" : "verify", name));
        if (shard != null) return inShards(verified, limit).run(Shard.parse(shard), directory, spec);
        if (job.asked()) {
            inShards(verified, limit).print(job, "verify-" + name, words(directory), directory, spec);
            return 0;
        }
        try (ResultDirectory locked = ResultDirectory.open(directory, verified.identity(), options.resume())) {
            if (mutants.asked()) return mutants.run(verified, directory, options, limit, spec);
            List<Verdict> verdicts;
            FoundFailures found = new FoundFailures(directory);
            try (TrialProgress progress = TrialProgress.on(
                    spec.commandLine().getErr(), (subject, failure) -> plugins.replay(found.keep(subject, failure)))) {
                verdicts = verification.verdicts(
                        subjects,
                        ShardedVerdicts.parts(directory),
                        options.resume(),
                        options.jobs(),
                        limit,
                        keepGoing,
                        progress);
            }
            return new VerdictReport(verdicts, directory, plugins::replay).show(spec);
        }
    }

    private InShards inShards(Verified verified, TimeLimit limit) {
        return mutants.asked()
                ? mutants.inShards(verified, options.jobs(), limit)
                : new ShardedVerdicts(verified, keepGoing, options.jobs(), limit);
    }

    /** Of a shard's command line. */
    private List<String> words(Path directory) {
        UnaryOperator<Path> place = job.place();
        List<String> words = new ArrayList<>(List.of(job.launcher(), "verify"));
        if (isFile()) words.add(place.apply(Path.of(what.get(0))).toString());
        else words.addAll(what);
        words.addAll(List.of("--bound", bound.toString()));
        if (bound == Bound.PCT)
            words.addAll(List.of("--depth", "" + depth, "--trials", "" + trials, "--seed", Long.toString(seed)));
        if (keepGoing) words.add("--keep-going");
        if (!workloads.isEmpty()) words.addAll(List.of("--workloads", String.join(",", workloads)));
        words.addAll(List.of("--cpu", cpu));
        if (time != null) words.addAll(List.of("--time", time));
        if (mutants.asked()) words.addAll(mutants.words());
        words.addAll(plugins.words(place));
        words.addAll(List.of("--out", place.apply(directory).toString()));
        return words;
    }

    /** Whether what is meant stands in an experiment file. */
    private boolean isFile() {
        return what.size() == 1 && !what.get(0).contains("=");
    }
}
