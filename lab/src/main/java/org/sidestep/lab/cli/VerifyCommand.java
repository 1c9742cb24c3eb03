package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.experiment.ExperimentReader;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.verify.ChunkStore;
import org.sidestep.lab.verify.Replay;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.VerdictFiles;
import org.sidestep.lab.verify.VerdictText;
import org.sidestep.plugin.BadParameter;
import org.sidestep.verification.Disturbance;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;
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
            "docs/verification.md says what a verdict means and what it does not."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every trial kept its promise", "1:a trial broke its promise", "2:bad input"})
final class VerifyCommand implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([smh])");
    /** Failures that are printed whole; all are in the files. */
    private static final int PAGES = 3;

    /** How deep trials go. */
    enum Bound {
        singles,
        pairs
    }

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
            defaultValue = "singles",
            description = "singles: one disturbance at each boundary. pairs: also every second interrupt in a stub.")
    private Bound bound;

    @Option(names = "--cpu", paramLabel = "ID", defaultValue = "unit", description = "The clock (default: unit).")
    private String cpu;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "Begin nothing new after so long, for example 90s, 10m or 2h; what is left out is said.")
    private String time;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Machines that work side by side (default: one per core).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--out", paramLabel = "DIR", description = "Directory of results (default: results/verify).")
    private Path out = Path.of("results", "verify");

    @Option(names = "--resume", description = "Go on with what an interrupted verification has tried.")
    private boolean resume;

    @Option(names = "--replay", paramLabel = "FILE", description = "Run a failed trial again, from its failure-N.json.")
    private Path replay;

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        BadInput.requireAtLeast(1, "--jobs", jobs);
        Catalog catalog = plugins.catalog();
        try {
            return replay != null ? replay(catalog) : verify(catalog);
        } catch (BadParameter e) {
            throw new BadInput(e.getMessage(), e);
        }
    }

    private int verify(Catalog catalog) {
        List<Cell> subjects = subjects(catalog);
        BooleanSupplier goOn = deadline();
        List<Exploration> explorations = explorations(catalog);
        PrintWriter err = spec.commandLine().getErr();
        List<String> identity =
                subjects.stream().map(cell -> "verify " + cell.text()).toList();
        try (ResultDirectory locked = ResultDirectory.open(out, identity, resume)) {
            List<Verdict> verdicts = new ArrayList<>();
            for (Cell subject : subjects) {
                err.println("verifying " + Subjects.name(subject));
                err.flush();
                Runnable progress = () -> {
                    err.print(".");
                    err.flush();
                };
                ChunkStore store =
                        new ChunkStore(out.resolve("parts"), subject, fingerprints(catalog, subject), resume, progress);
                verdicts.add(campaign(catalog, subject, explorations, store).run(jobs, goOn));
                err.println();
            }
            return report(verdicts);
        }
    }

    private List<Cell> subjects(Catalog catalog) {
        Subjects subjects = new Subjects(catalog, cpu);
        if (what.size() == 1 && !what.get(0).contains("=")) {
            return subjects.of(new ExperimentReader(catalog, List.of())
                    .read(Path.of(what.get(0)))
                    .cells());
        }
        return subjects.named(what);
    }

    private List<Exploration> explorations(Catalog catalog) {
        List<Exploration> explorations = new ArrayList<>();
        catalog.on(Axis.DISTURBANCE).forEach(found -> {
            Disturbance disturbance = (Disturbance) found.extension();
            explorations.add(new Exploration(disturbance, 1, Reach.ROUND));
            if (bound == Bound.pairs && disturbance.repeats()) {
                explorations.add(new Exploration(disturbance, 2, Reach.STUB));
            }
        });
        return explorations;
    }

    private static Campaign campaign(
            Catalog catalog, Cell subject, List<Exploration> explorations, Campaign.Ledger ledger) {
        return new Campaign(
                subject,
                (IpcPolicy) catalog.find(Axis.IPC, "strict").extension(),
                Course.DEFAULTS,
                explorations,
                id -> (Workload) catalog.find(Axis.WORKLOAD, id).extension(),
                ledger);
    }

    private static Map<String, String> fingerprints(Catalog catalog, Cell subject) {
        Map<String, String> fingerprints = new TreeMap<>();
        subject.plugins().forEach((axis, configured) -> {
            var origin = catalog.find(axis, configured.plugin().id()).origin();
            fingerprints.put(axis.name(), origin.version() + " " + origin.fingerprint());
        });
        catalog.on(Axis.DISTURBANCE)
                .forEach(found -> fingerprints.put(
                        found.id(),
                        found.origin().version() + " " + found.origin().fingerprint()));
        return fingerprints;
    }

    private BooleanSupplier deadline() {
        if (time == null) return () -> true;
        Matcher matcher = TIME.matcher(time);
        if (!matcher.matches()) throw new BadInput("--time " + time + ": is no time; write 90s, 10m or 2h");
        long count = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        long end = System.nanoTime() + duration.toNanos();
        return () -> System.nanoTime() < end;
    }

    private int report(List<Verdict> verdicts) {
        List<Path> replays = new VerdictFiles(out).write(verdicts);
        PrintWriter print = spec.commandLine().getOut();
        verdicts.forEach(verdict -> VerdictText.lines(verdict).forEach(print::println));
        List<Failure> failures =
                verdicts.stream().flatMap(v -> v.failures().stream()).toList();
        for (int i = 0; i < failures.size(); i++) {
            if (i == PAGES) {
                print.println(String.format(
                        Locale.ROOT,
                        "%d more failures are in %s",
                        failures.size() - PAGES,
                        out.resolve("verdict.json")));
                break;
            }
            print.println();
            VerdictText.page(failures.get(i)).forEach(print::println);
            print.println("  again: ./sidestep verify --replay " + replays.get(i));
        }
        print.flush();
        return failures.isEmpty() ? 0 : FAILED;
    }

    private int replay(Catalog catalog) {
        if (!what.isEmpty()) throw new BadInput("--replay names its policy itself; leave out " + what.get(0));
        Replay trial = Replay.read(replay);
        bound = Bound.pairs;
        Campaign campaign = campaign(catalog, catalog.cell(trial.subject()), explorations(catalog), null);
        Optional<Failure> failure = campaign.replay(trial.course(), trial.blows());
        PrintWriter print = spec.commandLine().getOut();
        if (failure.isEmpty()) print.println("the trial kept its promise: nothing failed");
        else VerdictText.page(failure.get()).forEach(print::println);
        print.flush();
        return failure.isEmpty() ? 0 : FAILED;
    }
}
