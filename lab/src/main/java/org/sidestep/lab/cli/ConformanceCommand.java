package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.conformance.FuzzCampaign;
import org.sidestep.lab.conformance.OracleCampaign;
import org.sidestep.machine.BootConfiguration;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Engine;
import org.sidestep.machine.Machine;
import org.sidestep.machine.MachineProvider;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries a machine with random code, or kernels with random programs. */
@Command(
        name = "conformance",
        mixinStandardHelpOptions = true,
        description = {
            "Try a machine with random code, or kernels with random programs.",
            "Example: ./sidestep conformance fuzz --seed 1 --count 1000"
        },
        subcommands = {ConformanceCommand.Oracle.class, ConformanceCommand.Fuzz.class, RandomProgramsCommand.class})
final class ConformanceCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say which: " + String.join(", ", spec.subcommands().keySet()));
    }

    /** Which machine, and which random numbers. */
    static final class Subject {
        @Mixin
        private RandomOptions random;

        @Option(names = "--machine", paramLabel = "ID", description = "The machine (default: ${DEFAULT-VALUE}).")
        private String machine = "ia32";

        @Option(names = "--cpu", paramLabel = "MODEL", description = "Its CPU model (default: ${DEFAULT-VALUE}).")
        private String cpu = "unit";

        @Mixin
        private EngineOption engine;

        @Mixin
        private PluginOptions plugins;

        private Machine create() {
            engine.choose(Engine.INTERPRETER);
            MachineProvider provider = provider();
            return provider.create(Parameters.defaults(provider), model());
        }

        private Supplier<Machine> booted(BootConfiguration configuration) {
            engine.choose(Engine.INTERPRETER);
            MachineProvider provider = provider();
            Configured<CpuModel> model = model();
            return () -> provider.boot(Parameters.defaults(provider), configuration, model);
        }

        /** EDX of CPUID leaf 1. */
        private int features() {
            Configured<CpuModel> model = model();
            return model.plugin().identity(model.parameters()).cpuid(1)[3];
        }

        private MachineProvider provider() {
            return (MachineProvider)
                    plugins.catalog().find(Axis.MACHINE, machine).extension();
        }

        private Configured<CpuModel> model() {
            return Configured.defaults(
                    (CpuModel) plugins.catalog().find(Axis.CPU, cpu).extension());
        }
    }

    @Command(
            name = "oracle",
            mixinStandardHelpOptions = true,
            description = {
                "Compare random fragments of user code with the host's processor: registers, flags that are not"
                        + " undefined, faults, memory. Needs a compiler for 32-bit programs.",
                "Example: ./sidestep conformance oracle --seed 1 --count 100000"
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:no difference", "1:differences", "2:the host's processor cannot be asked"})
    static final class Oracle implements Callable<Integer> {
        @Mixin
        private Subject subject;

        @Option(
                names = "--count",
                paramLabel = "N",
                description = "Fragments of integer code (default: ${DEFAULT-VALUE}).")
        private int count = 100_000;

        @Option(
                names = "--fp-count",
                paramLabel = "N",
                description =
                        "Fragments of x87, MMX, SSE and, if the model has it, SSE2 code (default: ${DEFAULT-VALUE}).")
        private int floats = 10_000;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            int first = subject.random.first();
            BadInput.requireAtLeast(0, "--count", count);
            BadInput.requireAtLeast(0, "--fp-count", floats);
            if (count == 0 && floats == 0) throw new BadInput("--count and --fp-count are both 0: nothing to compare");
            PrintWriter out = spec.commandLine().getOut();
            OracleCampaign campaign =
                    new OracleCampaign(subject.random.seed(), subject.features(), subject.create(), out::println);
            OracleCampaign.Counts counts = campaign.run(first, count, floats);
            out.printf(
                    Locale.ROOT,
                    "%d fragments agree, %d differ, %d prove nothing\n",
                    counts.agreed(),
                    counts.differing(),
                    counts.nothing());
            out.flush();
            return counts.passed() ? 0 : 1;
        }
    }

    @Command(
            name = "fuzz",
            mixinStandardHelpOptions = true,
            description = {
                "Execute random bytes in all modes with random descriptors, page tables, registers and devices."
                        + " No run may fail, hang or end differently when repeated.",
                "Example: ./sidestep conformance fuzz --seed 1 --count 1000000"
            },
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:all runs ended in a state of the guest", "1:a run failed"})
    static final class Fuzz implements Callable<Integer> {
        @Mixin
        private Subject subject;

        @Option(
                names = "--count",
                paramLabel = "N",
                description = "Instructions to execute (default: ${DEFAULT-VALUE}).")
        private long count = 1_000_000;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            int first = subject.random.first();
            BadInput.requireAtLeast(1, "--count", count);
            PrintWriter out = spec.commandLine().getOut();
            FuzzCampaign campaign = new FuzzCampaign(
                    subject.random.seed(),
                    subject.features(),
                    subject.booted(FuzzCampaign.configuration()),
                    out::println);
            FuzzCampaign.Outcome outcome = campaign.run(first, count);
            out.printf(
                    Locale.ROOT,
                    "%d instructions in %d runs, %d failed; ends: %s; state %08x\n",
                    outcome.instructions(),
                    outcome.runs(),
                    outcome.failed(),
                    outcome.stops(),
                    outcome.hash());
            out.flush();
            return outcome.failed() == 0 ? 0 : 1;
        }
    }
}
