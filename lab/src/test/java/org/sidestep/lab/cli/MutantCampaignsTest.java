package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation says of mutants is what the campaigns came to that are kept beside it. */
class MutantCampaignsTest {

    private static final Path KEPT = Path.of("..", "docs", "campaigns");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void thePageShowsWhatTheCampaignsCameToThatAreKept() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("verify"));
        try (Stream<Path> files = Files.list(KEPT)) {
            files.sorted().forEach(file -> arguments.addAll(List.of("--kept", file.toString())));
        }
        assertThat(verify(arguments)).as(err.toString()).isZero();
        new QuotedFigures(Path.of("..", "docs", "verification.md"), MutantCampaignsTest.class).are(out.toString());
    }

    @Test
    void whatKeepsNoMutantsIsRefused(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("mutants.json"), "[{\"subject\": \"x\"}]");
        assertThat(verify(List.of("verify", "--kept", file.toString()))).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("sidestep: " + file + ": is no mutants.json of 'verify --mutants': ")
                .hasLineCount(1);
    }

    private int verify(List<String> arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
