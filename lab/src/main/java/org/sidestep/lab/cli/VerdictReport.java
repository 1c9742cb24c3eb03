package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.sidestep.lab.report.VerdictPage;
import org.sidestep.lab.verify.Subjects;
import org.sidestep.lab.verify.VerdictFiles;
import org.sidestep.lab.verify.VerdictSummary;
import org.sidestep.lab.verify.VerdictText;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Verdict;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a verification leaves: its files, and what it prints.
 *
 * @param again runs a trial again whose replay file it is given
 */
record VerdictReport(List<Verdict> verdicts, Path directory, Function<Path, String> again) {

    private static final int FAILED = 1;
    /** Failures that are printed whole; all are in the files. */
    private static final int PAGES = 3;

    /** Writes and prints all; returns the exit code. */
    int show(CommandSpec spec) {
        List<VerdictSummary> summaries = VerdictSummary.of(verdicts);
        List<Path> replays = new VerdictFiles(directory).write(summaries);
        Path page = directory.resolve("verdict.html");
        VerdictPage.write(summaries, replays, page);
        PrintWriter print = spec.commandLine().getOut();
        for (VerdictSummary summary : summaries) {
            VerdictText.lines(summary).forEach(print::println);
            VerdictText.reached(summary).forEach(line -> print.println("  " + line));
        }
        List<Page> pages = verdicts.stream()
                .flatMap(verdict -> verdict.failures().stream().map(failure -> new Page(verdict, failure)))
                .toList();
        print(pages, replays, print);
        print.println("\nreport: " + page);
        print.flush();
        return pages.isEmpty() ? 0 : FAILED;
    }

    /** A failure, and of what. */
    private record Page(Verdict verdict, Failure failure) {
        List<String> lines() {
            List<String> lines = new ArrayList<>(VerdictText.page(failure));
            lines.add(1, "  of " + Subjects.name(verdict.subject()));
            return lines;
        }
    }

    private void print(List<Page> pages, List<Path> replays, PrintWriter print) {
        for (int i = 0; i < Math.min(PAGES, pages.size()); i++) {
            print.println();
            pages.get(i).lines().forEach(print::println);
            print.println("  again: " + again.apply(replays.get(i)));
        }
        if (pages.size() > PAGES)
            print.println(String.format(
                    Locale.ROOT,
                    "%d more failures are in %s",
                    pages.size() - PAGES,
                    directory.resolve("verdict.json")));
    }
}
