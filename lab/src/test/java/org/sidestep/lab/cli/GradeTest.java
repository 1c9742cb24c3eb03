package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The assignment of {@code seeds/teaching}, graded: its solution, its skeleton, typical mistakes, and what no grader likes. */
class GradeTest {

    private static final Path TEACHING = home().resolve("seeds/teaching");
    private static final String POLICY = "src/main/java/org/example/local/LocalPolicy.java";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A mistake in the solution: what is replaced in it, and which items it should cost. */
    private record Mistake(String name, String right, String wrong, int points, String missed) {}

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake("skeleton", "", "", 40, "at-user-level cost server"));

    @Test
    void theSolutionIsWorthAllPointsAndEachTypicalMistakeWhatItShouldBe() throws IOException {
        List<String> submissions = new ArrayList<>(List.of(
                TEACHING.resolve("suite.yaml").toString(), project("right", "", "").toString()));
        for (Mistake mistake : MISTAKES) {
            submissions.add(project(mistake.name(), mistake.right(), mistake.wrong()).toString());
        }
        submissions.addAll(List.of("--out", directory.resolve("out").toString()));

        assertThat(grade(submissions.toArray(String[]::new))).as(err.toString()).isZero();

        System.err.println(out);
    }

    private Path project(String name, String right, String wrong) throws IOException {
        Path from = TEACHING.resolve(name.equals("skeleton") ? "assignment" : "solution");
        Path to = directory.resolve(name);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (file.startsWith(from.resolve("target"))) continue;
                Path copy = to.resolve(from.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        if (right.isEmpty()) return to;
        Path policy = to.resolve(POLICY);
        String text = Files.readString(policy);
        assertThat(text).contains(right);
        Files.writeString(policy, text.replace(right, wrong));
        return to;
    }

    private int grade(String... arguments) {
        List<String> all = new ArrayList<>(List.of("grade"));
        all.addAll(List.of(arguments));
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static Path home() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("testkit/examples"))) at = at.getParent();
        return at;
    }
}
