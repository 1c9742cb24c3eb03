package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sidestep.lab.compare.ResultsDiff;
import org.sidestep.lab.compare.SavedResults;
import org.sidestep.lab.report.DiffTables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two results. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = {
            "Say what changed from one result to another: by cell, beyond the spread of its samples, and what the cycles are"
                    + " spent on now ('run --bill').",
            "What all cells of one have and all of the other have otherwise (--set) does not keep cells apart.",
            "Example: ./sidestep diff results/lecture results/lecture-60"
        },
        footer = "See docs/results.md.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing changed but within the spread", "1:something changed", "2:bad input"})
final class DiffCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "A", description = "A results.json, or its directory: before.")
    private Path before;

    @Parameters(index = "1", paramLabel = "B", description = "The same: after.")
    private Path after;

    @Option(names = "--all", description = "Each metric that changed, not only medians and what failed.")
    private boolean all;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        ResultsDiff diff = ResultsDiff.of(SavedResults.read(before), SavedResults.read(after));
        PrintWriter out = spec.commandLine().getOut();
        out.print(DiffTables.text(diff, all));
        out.flush();
        return diff.isNone() ? 0 : 1;
    }
}
