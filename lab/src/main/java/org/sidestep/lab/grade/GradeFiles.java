package org.sidestep.lab.grade;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.sidestep.lab.file.JUnitXml;
import org.sidestep.lab.file.OutputFile;
import org.sidestep.lab.grade.Grade.Mark;
import org.sidestep.lab.report.ReportWriter;

/**
 * What grading writes: for each submission {@code results.json} as Gradescope reads it and {@code junit.xml}, and {@code class.csv} for
 * all.
 */
public final class GradeFiles {

    private final Suite suite;
    private final Path directory;

    public GradeFiles(Suite suite, Path directory) {
        this.suite = suite;
        this.directory = directory;
    }

    public void write(List<Grade> grades) {
        for (Grade grade : grades) {
            Path place = directory.resolve(grade.submission());
            write(place.resolve("results.json"), gradescope(grade));
            write(place.resolve("junit.xml"), junit(grade));
        }
        write(directory.resolve("class.csv"), csv(grades));
    }

    private static void write(Path file, String content) {
        OutputFile.save(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static String gradescope(Grade grade) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("score", grade.points());
        ArrayNode tests = root.putArray("tests");
        for (Mark mark : grade.marks()) {
            ObjectNode test = tests.addObject();
            test.put("name", mark.item().claim());
            test.put("score", mark.points());
            test.put("max_score", mark.item().points());
            test.put("status", mark.passed() ? "passed" : "failed");
            test.put("output", String.join("\n", lines(mark)));
        }
        try {
            return ReportWriter.json(root);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a student is told of an item. */
    static List<String> lines(Mark mark) {
        return List.of(
                        "expected: " + mark.expected(),
                        "came:     " + mark.came(),
                        mark.passed() || mark.item().hint().isEmpty()
                                ? ""
                                : "hint:     " + mark.item().hint(),
                        "again:    " + mark.again())
                .stream()
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private String junit(Grade grade) {
        List<JUnitXml.Case> cases = new ArrayList<>();
        for (Mark mark : grade.marks()) {
            List<JUnitXml.Failure> failures = mark.passed()
                    ? List.of()
                    : List.of(new JUnitXml.Failure(mark.came(), String.join("\n", lines(mark))));
            cases.add(new JUnitXml.Case(grade.submission(), mark.item().claim(), failures, false));
        }
        return JUnitXml.of(List.of(new JUnitXml.Suite(suite.name(), cases)));
    }

    private String csv(List<Grade> grades) {
        String head = suite.items().stream()
                .map(item -> quoted(item.claim()))
                .collect(Collectors.joining(",", "submission,points,", "\n"));
        return grades.stream()
                .map(grade -> grade.marks().stream()
                        .map(mark -> Integer.toString(mark.points()))
                        .collect(Collectors.joining(
                                ",",
                                String.format(Locale.ROOT, "%s,%d,", quoted(grade.submission()), grade.points()),
                                "\n")))
                .collect(Collectors.joining("", head, ""));
    }

    private static String quoted(String text) {
        return text.matches("[\\w.-]+") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** One submission, for the terminal: what was missed in full. */
    public static String text(Grade grade, int of) {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%n%s: %d of %d points%n", grade.submission(), grade.points(), of));
        for (Mark mark : grade.marks()) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %s %3d/%-3d %s%n",
                    mark.passed() ? "passed" : "MISSED",
                    mark.points(),
                    mark.item().points(),
                    mark.item().claim()));
            if (!mark.passed())
                lines(mark).forEach(line -> text.append("      ").append(line).append('\n'));
        }
        return text.toString().replace("\r\n", "\n");
    }

    /** The class, a line each. */
    public String table(List<Grade> grades) {
        int width = grades.stream()
                .mapToInt(grade -> grade.submission().length())
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        text.append('\n')
                .append(suite.title())
                .append(", of ")
                .append(suite.points())
                .append(" points\n");
        for (Grade grade : grades) {
            String missed = grade.marks().stream()
                    .filter(mark -> !mark.passed())
                    .map(mark -> mark.item().claim())
                    .collect(Collectors.joining(", "));
            text.append(String.format(
                    Locale.ROOT,
                    "  %-" + width + "s %4d  %s",
                    grade.submission(),
                    grade.points(),
                    missed.isEmpty() ? "" : "missed: " + missed));
            text.append('\n');
        }
        return text.toString();
    }
}
