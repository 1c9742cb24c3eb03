package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Failures;
import org.sidestep.lab.report.Report;
import org.sidestep.lab.report.ReportWriter;
import org.sidestep.lab.shard.ShardedRun;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a run leaves: its files, and what it prints.
 *
 * @param run what it was
 * @param bill the interval whose bill is printed, empty for the usual one; null for none
 */
record RunReport(Results results, ShardedRun run, Path directory, String bill) {

    private static final int FAILED = 1;

    static RunReport of(Results results, ShardedRun run, Path directory, String bill) {
        return new RunReport(results, run, directory, bill);
    }

    /** Writes and prints all; returns the exit code. */
    int show(CommandSpec spec) {
        ReportWriter.write(results, run, directory);
        Failures failures = Failures.of(results);
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.print(Report.text(results));
        if (bill != null) stdout.print(Report.bill(results, bill));
        for (String id : results.experiment().dropped()) {
            stdout.println(String.format(Locale.ROOT, "claim '%s' is left out: --set has changed its cells", id));
        }
        stdout.println("\nreport: " + directory.resolve("report.html"));
        stdout.print(failures.text());
        stdout.flush();
        return results.allPassed() && failures.none() ? 0 : FAILED;
    }
}
