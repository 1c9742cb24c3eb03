package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real browser, without a window and without a network. */
final class Browser {

    private static final List<Path> PLACES =
            List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));

    private Browser() {}

    /** Skips the test that calls it, by name, where there is no browser. */
    static void assumePresent() {
        assumeTrue(PLACES.stream().anyMatch(Files::isExecutable), "no chromium (Debian: chromium)");
    }

    /** The page as it is once its scripts, and what they wait for, have run. */
    static String dom(Path page, Path scratch) throws IOException, InterruptedException {
        Path dom = scratch.resolve("dom.html");
        run(page, scratch, dom, "--dump-dom");
        return Files.readString(dom, StandardCharsets.UTF_8);
    }

    /** The page as it is printed. */
    static Path pdf(Path page, Path scratch) throws IOException, InterruptedException {
        Path pdf = scratch.resolve("page.pdf");
        run(page, scratch, scratch.resolve("said"), "--print-to-pdf=" + pdf, "--no-pdf-header-footer");
        return pdf;
    }

    /** A picture of the page's first screen. */
    static Path picture(Path page, Path scratch, int width, int height) throws IOException, InterruptedException {
        Path picture = scratch.resolve("page.png");
        run(page, scratch, scratch.resolve("said"), "--screenshot=" + picture, "--window-size=" + width + "," + height);
        return picture;
    }

    private static void run(Path page, Path scratch, Path said, String... what)
            throws IOException, InterruptedException {
        Path chromium = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        Path profile = Files.createTempDirectory(scratch, "profile");
        List<String> command = Stream.of(
                        List.of(chromium, "--headless"),
                        List.of(what),
                        List.of(
                                "--virtual-time-budget=20000",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-first-run",
                                "--host-resolver-rules=MAP * ~NOTFOUND",
                                "--user-data-dir=" + profile,
                                page.toUri()))
                .flatMap(List::stream)
                .map(Object::toString)
                .toList();
        Process process = new ProcessBuilder(command)
                .redirectOutput(said.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(3, TimeUnit.MINUTES);
        if (!ended) process.destroyForcibly();
        assertThat(ended).as("the browser ended").isTrue();
    }
}
