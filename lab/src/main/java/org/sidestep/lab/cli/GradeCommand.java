package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.ResultDirectory;
import org.sidestep.lab.grade.Grade;
import org.sidestep.lab.grade.GradeFiles;
import org.sidestep.lab.grade.Grader;
import org.sidestep.lab.grade.Suite;
import org.sidestep.verify.SideBySide;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Grades a class. */
@Command(
        name = "grade",
        mixinStandardHelpOptions = true,
        description = {
            "Grade plugins by a suite: points for claims of experiments, bounded in cycles, hence the same on every machine.",
            "Each runs in a Java machine of its own: one that loops, throws, exits or floods the memory loses its own points only."
                    + " It has your rights all the same: grade strangers' code in a container.",
            "Writes for each submission results.json (Gradescope) and junit.xml, and class.csv.",
            "Example: ./sidestep grade seeds/teaching/suite.yaml seeds/teaching/solution",
            "seeds/teaching/README.md describes suites."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all have been graded, whatever they are worth", "2:bad input"})
final class GradeCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "SUITE.yaml", description = "What points are given for.")
    private Path file;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "SUBMISSION",
            description = "A plugin's jar, or its project's directory; named in results by its file's name.")
    private List<Path> submissions = new ArrayList<>();

    @Option(names = "--out", paramLabel = "DIR", description = "Directory of results (default: results/grade/NAME).")
    private Path out;

    @Option(names = "--resume", description = "Replace the grades that are there.")
    private boolean resume;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many submissions run side by side, each with that memory (default: one per core).")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--memory",
            paramLabel = "MB",
            defaultValue = "1024",
            description = "Heap of a submission's Java machine in megabytes (default: 1024).")
    private int megabytes;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "30",
            description =
                    "After so long an experiment is stopped (default: 30). No measure of quality: it is there so that grading ends.")
    private int minutes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        BadInput.requireAtLeast(1, "--jobs", jobs);
        BadInput.requireAtLeast(64, "--memory", megabytes);
        BadInput.requireAtLeast(1, "--minutes", minutes);
        Suite suite = Suite.read(file);
        Map<String, Path> named = named();
        Path directory = out != null ? out : Path.of("results", "grade", suite.name());
        PrintWriter stdout = spec.commandLine().getOut();
        try (ResultDirectory locked = ResultDirectory.open(directory, List.of("grade " + suite.name()), resume);
                SideBySide pool = new SideBySide(jobs)) {
            Grader grader = new Grader(suite, directory, megabytes, Duration.ofMinutes(minutes));
            GradeFiles files = new GradeFiles(suite, directory);
            List<Supplier<Grade>> begun = new ArrayList<>();
            named.forEach((name, submission) -> begun.add(pool.begin(() -> grader.grade(name, submission))));
            List<Grade> grades = new ArrayList<>();
            for (Supplier<Grade> answer : begun) {
                Grade grade = answer.get();
                grades.add(grade);
                files.write(grades);
                stdout.print(GradeFiles.text(grade, suite.points()));
                stdout.flush();
            }
            stdout.print(files.table(grades));
            stdout.println("\ngrades: " + directory.resolve("class.csv"));
            stdout.flush();
        }
        return 0;
    }

    private Map<String, Path> named() {
        Map<String, Path> named = new LinkedHashMap<>();
        for (Path submission : submissions) {
            if (!Files.exists(submission)) throw new BadInput(submission + ": no such submission");
            String name = submission
                    .toAbsolutePath()
                    .normalize()
                    .getFileName()
                    .toString()
                    .replaceAll("\\.jar$", "");
            if (named.put(name, submission) != null) {
                throw new BadInput(String.format(
                        Locale.ROOT, "two submissions are called '%s'; name their files differently", name));
            }
        }
        return named;
    }
}
