package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial, typed as it stands, page after page in one directory; what it shows of output must come. */
class TutorialTest {

    private static final Path HOME = home();
    private static final Pattern SHOWN = Pattern.compile("(?ms)^```\n(.*?)^```$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");

    @TempDir
    private Path directory;

    @Test
    void eachStepCanBeTypedAndPrintsWhatItShows() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell");
        Release.made().linkedFrom(directory);
        for (Path page : pages()) {
            String text = Files.readString(page);
            Path script = directory.resolve("page.sh");
            Files.writeString(script, "set -e\n" + commands(text));
            ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true);
            builder.environment().putAll(Release.shortRuns());
            Process shell = builder.start();
            String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(shell.waitFor()).as(page + "\n" + said).isZero();
            Matcher shown = SHOWN.matcher(text);
            while (shown.find()) {
                shown.group(1)
                        .lines()
                        .forEach(line -> assertThat(said).as(page.toString()).contains(line));
            }
        }
    }

    @Test
    void itsPagesAreInOrderAndTheirLinksLeadSomewhere() throws IOException {
        List<Path> all = new ArrayList<>(pages());
        all.add(HOME.resolve("docs/tutorial/README.md"));
        String contents = Files.readString(HOME.resolve("docs/tutorial/README.md"));
        for (Path page : pages()) assertThat(contents).contains("](" + page.getFileName() + ")");
        for (Path page : all) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) assertThat(page.resolveSibling(link.group(1))).exists();
        }
        assertThat(Files.readString(HOME.resolve("README.md"))).contains("(docs/tutorial/README.md)");
    }

    /** The indented lines of a page, but for those that take minutes. */
    private static String commands(String text) {
        return SHOWN.matcher(text)
                .replaceAll("")
                .lines()
                .filter(line -> line.startsWith("    "))
                .map(line -> line.substring(4))
                .filter(line -> !line.startsWith("./sidestep verify"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve("docs/tutorial"))) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]{2}-.*\\.md"))
                    .sorted()
                    .toList();
        }
    }

    private static Path home() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("testkit/examples"))) at = at.getParent();
        return at;
    }
}
