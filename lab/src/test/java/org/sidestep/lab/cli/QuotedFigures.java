package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a README that quotes figures, between two comments that name the test which holds them to the digit. */
record QuotedFigures(Path readme, Class<?> test) {

    static final Path SEEDS = Path.of("..", "seeds");

    /** Runs an experiment of {@code seeds/}, whose claims must pass, and returns its {@code results.json}. */
    static JsonNode run(String experiment, Path directory) throws IOException {
        StringWriter out = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out, true))
                .execute(
                        "run", SEEDS.resolve(experiment).toString(), "--no-sensitivity", "--out", directory.toString());
        assertThat(exit).as(out.toString()).isZero();
        return new ObjectMapper().readTree(directory.resolve("results.json").toFile());
    }

    /** Compares what is quoted with {@code tables}, or with {@code -Dupdate} quotes them. */
    void are(String tables) throws IOException {
        String begin = "<!-- figures: " + test.getSimpleName() + " -->\n";
        String end = "<!-- end: " + test.getSimpleName() + " -->\n";
        String text = Files.readString(readme);
        assertThat(text).contains(begin, end);
        String current =
                text.substring(0, text.indexOf(begin) + begin.length()) + tables + text.substring(text.indexOf(end));
        if (System.getProperty("update") != null) Files.writeString(readme, current);
        assertThat(Files.readString(readme))
                .as("write the figures anew: ./mvnw -q -Dquick -pl lab -am test -Dtest=" + test.getSimpleName()
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dupdate")
                .isEqualTo(current);
    }
}
