package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.cli.Main;

/** The pictures in {@code docs}. CONTRIBUTING.md says how they are written anew. */
class PicturesTest {

    private static final Path DOCS = Path.of("..", "docs", "pictures");
    private static final List<String> NAMES = List.of("report.png", "timeline.png");
    private static final int WIDTH = 1150;

    private static final String EXPERIMENT = """
            name: chain
            title: Chains of calls, strict and lazy
            defaults: {machine: ia32, cpu: p3-coppermine, kernel: {id: l4, entry: sysenter, fastpath: on},
                       scheduler: priority-rr, validation: twin}
            matrix:
              - {ipc: [strict, lazy, floor], workload: {id: chain, depth: [1, 2, 4, 8], entries: on, rounds: 50}}
            claims:
              - {id: worth-it, text: two calls between kernel entries make laziness worth its fix-up, expect: "<= 2",
                 measure: "breakeven(oneway.cycles.median, workload.depth)",
                 where: {ipc: strict}, minus: {where: {ipc: lazy}}}
            """;

    /** Leaves nothing but the timelines, of the longest chain. */
    private static final String TIMELINES = """
            <script>
            const timelines = document.querySelector('.timelines');
            const kept = [timelines, timelines.previousElementSibling, timelines.previousElementSibling.previousElementSibling];
            const select = kept[2].querySelector('select');
            select.value = select.options.length - 1;
            select.dispatchEvent(new Event('change'));
            for (const element of [...main.children]) if (!kept.includes(element)) element.remove();
            document.querySelectorAll('h1, #provenance').forEach(element => element.remove());
            </script>
            """;

    @TempDir
    private Path directory;

    @Test
    void thePicturesAreThere() throws Exception {
        if (System.getProperty("update") != null) write();
        for (String name : NAMES) {
            assertThat(Files.readAllBytes(DOCS.resolve(name)))
                    .startsWith(0x89, 'P', 'N', 'G')
                    .hasSizeLessThan(300_000);
        }
    }

    private void write() throws Exception {
        Browser.assumePresent();
        Files.createDirectories(DOCS);
        Path file = Files.writeString(directory.resolve("chain.yaml"), EXPERIMENT);
        Path results = directory.resolve("results");
        StringWriter said = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(said))
                .execute("run", file.toString(), "--no-sensitivity", "--out", results.toString());
        assertThat(code).as(said.toString()).isZero();
        Path report = results.resolve("report.html");
        take(report, NAMES.get(0), 1150);
        String page = Files.readString(report);
        int end = page.lastIndexOf("</body>");
        take(
                Files.writeString(
                        directory.resolve("timeline.html"), page.substring(0, end) + TIMELINES + page.substring(end)),
                NAMES.get(1),
                800);
    }

    private void take(Path page, String name, int height) throws IOException, InterruptedException {
        Files.move(
                Browser.picture(page, directory, WIDTH, height),
                DOCS.resolve(name),
                StandardCopyOption.REPLACE_EXISTING);
    }
}
