package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.experiment.Bound;
import org.sidestep.lab.experiment.Experiment;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.shard.Shard;
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
                    "singles: one disturbance at each boundary. near (the default): also a second interrupt at each of the next hundred"
                            + " user instructions behind one in a stub. pairs: also every second interrupt in a stub. pct: near, and"
                            + " interrupts at places drawn at random.")
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
        Catalog catalog = plugins.catalog();
        try {
            return replay.asked() ? replay.run(catalog, what, spec) : verify(catalog);
        } catch (BadParameter e) {
            throw new BadInput(e.getMessage(), e);
        }
    }

    private int verify(Catalog catalog) {
        Subjects subjects = new Subjects(catalog, cpu);
        if (what.size() == 1 && !what.get(0).contains("=")) {
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
        Verification verification = new Verification(catalog, how, Version.PROGRAM, workloads);
        Path directory = options.directory(Path.of(mutants.asked() ? "mutants" : "verify", name));
        if (shard != null) {
            Shard part = Shard.parse(shard);
            if (mutants.asked()) throw new BadInput("--shard: mutants are tried on one machine; leave one of both out");
            return new ShardedVerdicts(catalog, subjects, how, workloads, keepGoing)
                    .run(part, directory, options.jobs(), limit, spec);
        }
        List<String> identity = ShardedVerdicts.identity(subjects);
        try (ResultDirectory locked = ResultDirectory.open(directory, identity, options.resume())) {
            if (mutants.asked()) return mutants.run(verification, subjects, directory, options, limit, spec);
            List<Verdict> verdicts;
            try (TrialProgress progress = TrialProgress.on(spec.commandLine().getErr())) {
                verdicts = verification.verdicts(
                        subjects,
                        ShardedVerdicts.parts(directory),
                        options.resume(),
                        options.jobs(),
                        limit,
                        keepGoing,
                        progress);
            }
            return new VerdictReport(verdicts, directory).show(spec);
        }
    }
}
