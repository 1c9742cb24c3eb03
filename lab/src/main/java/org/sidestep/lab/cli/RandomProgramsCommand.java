package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.plugin.BadParameter;
import org.sidestep.verify.x2.Conformance;
import org.sidestep.workload.NotApplicable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Does a kernel do what the reference manual says, whatever its threads do? */
@Command(
        name = "x2",
        mixinStandardHelpOptions = true,
        description = {
            "Let kernels run random programs of two to five threads in one to three spaces, and compare what their threads see"
                    + " with a model of the L4 X.2 interface, and one kernel's with another's.",
            "A program that fails is made as short as it fails, and printed with what its threads did.",
            "Example: ./sidestep conformance x2 ipc=lazy validation=check --seed 7 --count 10000"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all threads saw what the interface says", "1:a program failed", "2:bad input"})
final class RandomProgramsCommand implements Callable<Integer> {

    /** What is tried if nothing is named. */
    private static final List<List<String>> USUAL = List.of(
            List.of("ipc=strict", "validation=twin"),
            List.of("ipc=strict", "validation=check"),
            List.of("ipc=lazy", "validation=twin"),
            List.of("ipc=lazy", "validation=check"));

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME=VALUE",
            description =
                    "A policy with whatever else is not the default, as for 'verify' (default: strict and lazy, each with twin and"
                            + " check, each on the tuned kernel and on the lecture's baseline).")
    private List<String> what = new ArrayList<>();

    @Mixin
    private RandomOptions random;

    @Option(names = "--count", paramLabel = "N", description = "How many programs (default: ${DEFAULT-VALUE}).")
    private int count = 1000;

    @Option(
            names = "--cpu",
            paramLabel = "MODEL",
            description = "The CPU model that is the clock (default: ${DEFAULT-VALUE}).")
    private String cpu = "p3-coppermine";

    @Mixin
    private PluginOptions plugins;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        int first = random.first();
        BadInput.requireAtLeast(1, "--count", count);
        PrintWriter out = spec.commandLine().getOut();
        Conformance.Outcome outcome = conformance(out).run(first, count);
        outcome.reached().forEach((what, times) -> out.printf(Locale.ROOT, "%9d %s\n", times, what));
        out.printf(
                Locale.ROOT,
                "%d programs, %d steps with the expected result, %d programs failed\n",
                outcome.programs(),
                outcome.steps(),
                outcome.failed());
        out.flush();
        return outcome.failed() == 0 ? 0 : 1;
    }

    private Conformance conformance(PrintWriter out) {
        try {
            return new Conformance(random.seed(), kernels(), failure -> {
                out.println(failure);
                out.flush();
            });
        } catch (BadParameter | NotApplicable | IllegalArgumentException e) {
            throw new BadInput(e.getMessage(), e);
        }
    }

    private Map<String, Cell> kernels() {
        Subjects subjects = new Subjects(plugins.catalog(), cpu);
        Map<String, Cell> kernels = new LinkedHashMap<>();
        for (List<String> each : what.isEmpty() ? USUAL : List.of(what))
            for (Cell cell : subjects.named(each)) kernels.put(Subjects.name(cell), cell);
        return kernels;
    }
}
