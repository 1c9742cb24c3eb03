package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidestep.lab.cli.Main;

/**
 * What the page of a run has saved, by table or plot.
 *
 * @param json {@code results.json}
 * @param shown what the page was given to show
 */
record SavedExports(JsonNode json, JsonNode shown, Map<String, SavedExports.Saved> saved) {

    private static final String EXPERIMENT = """
            name: exports
            title: Exports & more_of {them}
            limit: {cycles: 50_000_000}
            defaults: {machine: ia32, kernel: l4, scheduler: priority-rr, validation: twin}
            matrix:
              - {ipc: [strict, lazy, floor], cpu: {model: p3-coppermine, trap.cycles: [60, 110, 150]},
                 workload: {id: ping-pong, rounds: 20, words: [0, 2, 8]}}
              - {ipc: strict, cpu: p3-coppermine, workload: {id: ping-pong, rounds: 1_000_000, words: 1}}
            claims:
              - {id: fast, text: 'a_b & "c", d', measure: oneway.cycles.median,
                 where: {ipc: lazy, workload.words: 0, cpu.trap.cycles: 60}, expect: "<= 23"}
            """;

    /**
     * Shows all columns but two, then presses every button and keeps what it would save. A PNG is there later: its canvas knows
     * whose it is. It is encoded at once, since the browser does not wait for an encoder that works beside the page.
     */
    private static final String SAVE = """
            <script>
            let of;
            window.Image = class extends Image {
              constructor() { super(); this.of = of; }
            };
            const draw = CanvasRenderingContext2D.prototype.drawImage;
            CanvasRenderingContext2D.prototype.drawImage = function (image, ...where) {
              this.canvas.of = image.of;
              draw.call(this, image, ...where);
            };
            const keep = (about, content) => {
              const seen = document.body.appendChild(document.createElement('pre'));
              seen.className = 'saved';
              Object.assign(seen.dataset, about);
              seen.textContent = content;
            };
            HTMLCanvasElement.prototype.toBlob = function (done, type) {
              of = this.of;
              done(Object.assign(new Blob([]), { content: this.toDataURL(type).split(',')[1] }));
            };
            URL.createObjectURL = blob => {
              const about = of;
              if (blob.content) keep(about, blob.content);
              else blob.arrayBuffer().then(buffer =>
                keep(about, btoa(Array.from(new Uint8Array(buffer), byte => String.fromCharCode(byte)).join(''))));
              return 'about:blank#saved';
            };
            HTMLAnchorElement.prototype.click = () => {};
            document.querySelectorAll('[data-choice]').forEach(box => { if (!box.checked) box.click(); });
            document.querySelectorAll('[data-choice="scheduler"], [data-choice="lecture"]').forEach(box => box.click());
            let charts = 0;
            for (const buttons of document.querySelectorAll('.exports')) {
              const bar = buttons.closest('.bar');
              const table = bar.nextElementSibling.querySelector('table');
              const seen = table ? [...table.querySelectorAll('th')].filter(th => !th.hidden) : [];
              const lines = table ? [...table.querySelectorAll('tbody tr')] : [];
              const about = {
                of: table ? table.dataset.table : `chart ${charts++}`,
                title: bar.querySelector('h3')?.textContent ?? '',
                columns: seen.map(th => th.dataset.column).join('\\n'),
                rows: lines.map(tr => tr.dataset.row).join('\\n'),
              };
              for (const button of buttons.querySelectorAll('button')) {
                of = {...about, kind: button.dataset.export};
                button.click();
              }
            }
            </script>
            """;

    /** What the four buttons of one table or plot have saved. */
    static final class Saved {
        String title = "";
        List<String> columns = List.of();
        List<String> rows = List.of();
        final Map<String, byte[]> files = new TreeMap<>();

        String text(String kind) {
            return new String(files.get(kind), StandardCharsets.UTF_8);
        }

        /** Headings first. */
        List<List<String>> csv() throws IOException {
            return new CsvMapper()
                    .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                    .readerFor(new TypeReference<List<String>>() {})
                    .<List<String>>readValues(text("CSV"))
                    .readAll();
        }
    }

    /** Runs an experiment and presses every button of its report. */
    static SavedExports in(Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("exports.yaml"), EXPERIMENT);
        Path results = directory.resolve("results");
        StringWriter said = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(said, true))
                .execute(
                        "run",
                        file.toString(),
                        "--out",
                        results.toString(),
                        "--bill",
                        "--no-sensitivity",
                        "--ablate",
                        "tlb");
        assertThat(code).as(said.toString()).isEqualTo(1);
        JsonNode json =
                new ObjectMapper().readTree(results.resolve("results.json").toFile());
        String page = Files.readString(results.resolve("report.html"));
        JsonNode shown = new ObjectMapper().readTree(between(page, "type=\"application/json\">", "</script>"));
        int end = page.lastIndexOf("</body>");
        String dom = Browser.dom(
                Files.writeString(
                        directory.resolve("saving.html"), page.substring(0, end) + SAVE + page.substring(end)),
                directory);
        SavedExports all = new SavedExports(json, shown, new LinkedHashMap<>());
        all.read(dom);
        return all;
    }

    static String between(String text, String from, String to) {
        int begin = text.indexOf(from) + from.length();
        return text.substring(begin, text.indexOf(to, begin));
    }

    private void read(String dom) {
        Matcher found =
                Pattern.compile("<pre class=\"saved\"([^>]*)>([^<]*)</pre>").matcher(dom);
        while (found.find()) {
            Map<String, String> about = new TreeMap<>();
            Matcher attribute = Pattern.compile("data-([a-z]+)=\"([^\"]*)\"").matcher(found.group(1));
            while (attribute.find()) about.put(attribute.group(1), text(attribute.group(2)));
            Saved one = saved.computeIfAbsent(about.get("of"), of -> new Saved());
            one.title = about.get("title");
            one.columns = about.get("columns").lines().toList();
            one.rows = about.get("rows").lines().toList();
            assertThat(one.files.put(about.get("kind"), Base64.getDecoder().decode(found.group(2))))
                    .as(about + " is saved once")
                    .isNull();
        }
    }

    private static String text(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&nbsp;", "\u00a0")
                .replace("&amp;", "&");
    }
}
