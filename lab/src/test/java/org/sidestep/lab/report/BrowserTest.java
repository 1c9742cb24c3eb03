package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.cli.Main;
import org.sidestep.lab.report.Part.Bar;
import org.sidestep.lab.report.Part.Bars;
import org.sidestep.lab.report.Part.Heading;
import org.sidestep.lab.report.Part.Lane;
import org.sidestep.lab.report.Part.Line;
import org.sidestep.lab.report.Part.Lines;
import org.sidestep.lab.report.Part.Piece;
import org.sidestep.lab.report.Part.Point;
import org.sidestep.lab.report.Part.Spot;
import org.sidestep.lab.report.Part.Stack;
import org.sidestep.lab.report.Part.Stretch;
import org.sidestep.lab.report.Part.Timelines;
import org.sidestep.lab.report.Part.Variant;
import org.sidestep.lab.report.Part.Winners;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Mark;
import org.sidestep.lab.report.Table.Value;

/** The page as a real browser shows it. */
class BrowserTest {

    private static final String EXPERIMENT = """
            name: page
            title: A <script>document.title = 'harmed'</script> title
            limit: {cycles: 20_000_000}
            defaults: {machine: ia32, cpu: p3-coppermine, kernel: l4, scheduler: priority-rr, validation: twin}
            matrix:
              - {ipc: [strict, lazy, floor], workload: {id: ping-pong, rounds: 20, words: [0, 2, 8]}}
              - {ipc: strict, workload: {id: ping-pong, rounds: 1_000_000}}
            claims:
              - {id: "<b>fast</b>", text: "<script>document.title = 'harmed'</script>", measure: oneway.cycles.median,
                 where: {ipc: lazy, workload.words: 0, workload.rounds: 20}, expect: "<= 23"}
            """;

    private static final String HOSTILE =
            "</script><script>harm()</script><img src=x onerror=harm()>\"'&<b onmouseover=harm()>";

    /** Runs before the page's scripts, so that whatever they let through is seen. */
    private static final String WATCH = "<script>function harm() { document.title = 'harmed'; }</script>";

    /** Shows what a mouse over each piece of each chart would show. */
    private static final String POINT = """
            <script>
            for (const element of document.querySelectorAll('.chart')) {
              const chart = echarts.getInstanceByDom(element);
              chart.getOption().series.forEach((series, s) => series.data.forEach((item, i) => {
                chart.dispatchAction({type: 'showTip', seriesIndex: s, dataIndex: i});
                const tip = [...element.children].map(child => child.innerHTML).slice(1).join();
                const seen = document.createElement('pre');
                seen.className = 'tip';
                seen.textContent = tip;
                document.body.appendChild(seen);
              }));
            }
            const found = document.querySelectorAll('img, b, [onerror], [onmouseover]').length;
            document.body.appendChild(document.createElement('pre')).textContent = `elements that names became: ${found}`;
            </script>
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void aBrowserIsThere() {
        Browser.assumePresent();
    }

    @Test
    void thePageShowsTheValuesOfTheResults() throws Exception {
        Path file = Files.writeString(directory.resolve("page.yaml"), EXPERIMENT);
        Path results = directory.resolve("results");
        StringWriter messages = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(messages, true))
                .execute("run", file.toString(), "--out", results.toString(), "--bill", "--ablate", "tlb");
        assertThat(code).as(messages.toString()).isEqualTo(1);
        JsonNode json =
                new ObjectMapper().readTree(results.resolve("results.json").toFile());

        String dom = Browser.dom(results.resolve("report.html"), directory);
        assertThat(dom).contains("<title>A &lt;script&gt;document.title = 'harmed'&lt;/script&gt; title</title>");
        Map<String, Map<String, String>> matrix = table(dom, "matrix");
        assertThat(matrix).hasSize(10);
        int compared = 0;
        for (JsonNode cell : json.get("cells")) {
            Map<String, String> row = matrix.get(cell.get("cell").asText());
            assertThat(row).as(cell.get("cell").asText()).isNotNull();
            compared += compare(cell, row);
        }
        assertThat(compared).isGreaterThan(40);
        compareClaims(json, table(dom, "claims"));
        compareAblations(json, table(dom, "ablations"));
        compareSensitivity(json, table(dom, "sensitivity"));
        compareBill(json, table(dom, "bill.oneway"));
        assertThat(table(dom, "failures").values())
                .singleElement()
                .satisfies(row -> assertThat(row.get("reason")).startsWith("did not end within 20,000,000 cycles"));
        assertThat(dom.split("<svg", -1).length - 1).as("charts").isGreaterThanOrEqualTo(4);

        String page = Files.readString(results.resolve("report.html"));
        int end = page.lastIndexOf("</body>");
        clicked(Browser.dom(
                Files.writeString(
                        directory.resolve("clicked.html"), page.substring(0, end) + CLICK + page.substring(end)),
                directory));
        printed(Browser.pdf(results.resolve("report.html"), directory));
    }

    /** What one sees who hides and shows columns and goes into the timelines; {@link ExportsTest} presses the other buttons. */
    private static void clicked(String dom) {
        assertThat(told(dom, "before"))
                .singleElement()
                .asString()
                .contains("oneway.cycles.median", "status")
                .doesNotContain("tlb.misses");
        assertThat(told(dom, "after"))
                .singleElement()
                .asString()
                .contains("oneway.cycles.median", "tlb.misses")
                .doesNotContain("status");
        assertThat(told(dom, "hidden")).singleElement().asString().doesNotContain("false");
        assertThat(told(dom, "zoom")).singleElement().asString().matches("25(,25)*");
        assertThat(told(dom, "lanes").get(0)).isNotEqualTo("0");
    }

    private static List<String> told(String dom, String id) {
        Matcher told = Pattern.compile(
                        "<pre class=\"told\" data-id=\"" + Pattern.quote(id) + "\">(.*?)</pre>", Pattern.DOTALL)
                .matcher(dom);
        List<String> all = new ArrayList<>();
        while (told.find()) all.add(text(told.group(1)));
        return all;
    }

    /** Several pages, with something on them. */
    private static void printed(Path pdf) throws IOException {
        String text = Files.readString(pdf, StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("%PDF");
        assertThat(text.split("/Type /Page\\b(?!s)", -1).length - 1).isBetween(2, 40);
    }

    /** Clicks, and tells what has happened. */
    private static final String CLICK = """
            <script>
            const told = [];
            const tell = (id, text) => {
              const seen = document.body.appendChild(document.createElement('pre'));
              seen.className = 'told';
              seen.dataset.id = id;
              seen.textContent = text;
            };
            const table = document.querySelector('table[data-table=matrix]');
            const box = id => table.parentElement.previousElementSibling.querySelector(`[data-choice="${id}"]`);
            const seen = () => [...table.querySelectorAll('th')].filter(th => !th.hidden).map(th => th.dataset.column).join();
            tell('before', seen());
            box('tlb.misses').click();
            box('status').click();
            tell('after', seen());
            tell('hidden', [...table.querySelectorAll('td[data-column=status]')].map(td => td.hidden).join());
            const lane = [...document.querySelectorAll('.timelines .chart')].map(element => echarts.getInstanceByDom(element));
            lane[0].dispatchAction({type: 'dataZoom', dataZoomIndex: 0, start: 25, end: 50});
            tell('zoom', lane.map(drawn => drawn.getOption().dataZoom[0].start).join());
            const select = document.querySelector('select');
            select.value = '1';
            select.dispatchEvent(new Event('change'));
            tell('lanes', document.querySelectorAll('.timelines .chart').length);
            </script>
            """;

    private static int compare(JsonNode cell, Map<String, String> row) {
        boolean ok = cell.get("status").asText().equals("ok");
        assertThat(row.get("status"))
                .isEqualTo(
                        ok
                                ? "ok"
                                : cell.get("status").asText() + ": "
                                        + cell.get("reason")
                                                .asText()
                                                .lines()
                                                .findFirst()
                                                .orElseThrow());
        assertThat(row.get("ipc")).isEqualTo(cell.get("ipc").asText());
        int compared = 0;
        for (Map.Entry<String, String> shown : row.entrySet()) {
            if (!shown.getKey().contains(".") || shown.getKey().startsWith("workload.")) continue;
            JsonNode value = metric(cell.get("metrics"), shown.getKey());
            String expected = !ok ? cell.get("status").asText() : value == null ? "" : value.asText();
            assertThat(shown.getValue())
                    .as(cell.get("cell").asText() + ": " + shown.getKey())
                    .isEqualTo(expected);
            compared++;
        }
        return compared;
    }

    private static JsonNode metric(JsonNode metrics, String name) {
        if (metrics.has(name)) return metrics.get(name);
        int dot = name.lastIndexOf('.');
        JsonNode distribution = metrics.get(name.substring(0, dot));
        return distribution == null ? null : distribution.get(name.substring(dot + 1));
    }

    private static void compareClaims(JsonNode json, Map<String, Map<String, String>> claims) {
        JsonNode claim = json.get("claims").get(0);
        assertThat(claims).containsOnlyKeys("<b>fast</b>");
        Map<String, String> row = claims.get("<b>fast</b>");
        assertThat(row.get("text")).isEqualTo(claim.get("text").asText());
        assertThat(row.get("measured")).isEqualTo(claim.get("measured").asText());
        assertThat(row.get("passed")).isEqualTo(claim.get("passed").asBoolean() ? "passed" : "FAILED");
    }

    private static void compareAblations(JsonNode json, Map<String, Map<String, String>> shown) {
        assertThat(json.get("ablations")).isNotEmpty();
        for (JsonNode ablation : json.get("ablations")) {
            if (!ablation.has("contributes")) continue;
            String of = json.get("cells")
                    .get(ablation.get("of").asInt())
                    .get("cell")
                    .asText();
            assertThat(shown.get(of).get(ablation.get("without").asText()))
                    .isEqualTo(ablation.get("contributes").asText());
        }
    }

    private static void compareSensitivity(JsonNode json, Map<String, Map<String, String>> shown) {
        JsonNode lines = json.get("sensitivity").get("cells");
        assertThat(shown).hasSize(lines.size());
        for (JsonNode line : lines) {
            String of =
                    json.get("cells").get(line.get("of").asInt()).get("cell").asText();
            Map<String, String> row = shown.get(of + " " + line.get("figure").asText());
            for (String end : List.of("bracket", "low", "asIs", "high")) {
                assertThat(row.get(end)).isEqualTo(line.get(end).asText());
            }
        }
    }

    private static void compareBill(JsonNode json, Map<String, Map<String, String>> shown) {
        for (JsonNode cell : json.get("cells")) {
            JsonNode parts = cell.get("metrics").get("bill.oneway.parts");
            if (parts == null) continue;
            Map<String, String> row = shown.get(cell.get("cell").asText());
            double sum = 0;
            for (Map.Entry<String, JsonNode> metric : cell.get("metrics").properties()) {
                if (!metric.getKey().startsWith("bill.oneway.")
                        || metric.getKey().endsWith(".parts")) continue;
                double cycles = metric.getValue().asDouble();
                sum += cycles;
                String cause = metric.getKey().substring("bill.oneway.".length());
                if (cycles != 0) assertThat(row.get(cause)).isEqualTo(tenth(cycles / parts.asDouble()));
            }
            assertThat(row.get("cycles")).isEqualTo(tenth(sum / parts.asDouble()));
        }
    }

    private static String tenth(double cycles) {
        double rounded = Math.rint(cycles * 10) / 10;
        return rounded == 0
                ? ""
                : new BigDecimal(Double.toString(rounded)).stripTrailingZeros().toPlainString();
    }

    @Test
    void namesOfAnyKindDoNoHarmInTablesChartsAndTooltips() throws Exception {
        Table table = new Table(
                HOSTILE,
                HOSTILE,
                List.of(new Column(HOSTILE, HOSTILE, Table.Kind.PROSE, HOSTILE, HOSTILE, false)),
                List.of(Table.row(HOSTILE, new Value(HOSTILE, Mark.BAD, HOSTILE))),
                List.of(HOSTILE));
        List<Part> parts = List.of(
                new Heading(HOSTILE, Mark.BAD),
                table,
                new Bars(
                        HOSTILE,
                        List.of(
                                new Bar(HOSTILE, HOSTILE, BigDecimal.TEN, BigDecimal.ONE, BigDecimal.TEN, 0, ""),
                                new Bar("", HOSTILE, BigDecimal.ZERO, null, null, 1, HOSTILE))),
                new Stack(HOSTILE, List.of(HOSTILE), List.of(new Piece(HOSTILE, List.of(BigDecimal.ONE)))),
                new Lines(
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        List.of(new Line(
                                HOSTILE, List.of(new Point(1, BigDecimal.ONE, BigDecimal.ONE, BigDecimal.TEN))))),
                new Winners(
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        List.of(HOSTILE),
                        List.of(new Spot(1, 2, 0, BigDecimal.ONE, BigDecimal.TEN, false))),
                timelines());

        String page = new String(HtmlReport.of("quiet", HOSTILE, parts), StandardCharsets.UTF_8);
        String dom = dom(page.replaceFirst("<head>", "<head>" + WATCH));

        assertThat(dom).contains("<title>quiet</title>", "elements that names became: 0<");
        Matcher tips = Pattern.compile("<pre class=\"tip\">(.*?)</pre>", Pattern.DOTALL)
                .matcher(dom);
        int named = 0;
        for (; tips.find(); ) {
            String tip = text(tips.group(1));
            assertThat(tip).doesNotContain("<img", "<script", "<b ");
            if (tip.contains("&lt;img")) named++;
        }
        assertThat(named).as("tooltips that show the name").isGreaterThanOrEqualTo(5);
    }

    @Test
    void theseTestsWouldSeeANameThatIsTakenForHtml() throws Exception {
        String page = new String(HtmlReport.of("quiet", "", List.of(timelines())), StandardCharsets.UTF_8);
        String careless = page.replace(
                "const html = text => echarts.format.encodeHTML(String(text));", "const html = text => text;");
        assertThat(careless).isNotEqualTo(page);

        assertThat(dom(careless)).containsPattern("elements that names became: [1-9]");
    }

    @Test
    void aFrameOfAFlameGraphThatIsClickedIsAsWideAsThePictureAndNamesDoNoHarm() throws Exception {
        String hostile = HOSTILE.replace(";", ",");
        String page = FlameGraph.html(
                hostile, new TreeMap<>(Map.of("A;user;" + hostile + ";x", 75L, "A;user;r;y", 5L, "B;kernel;r;z", 20L)));
        String click = "<script>document.querySelectorAll('g.frame')[1].dispatchEvent(new MouseEvent('click'));"
                + "const shown = [...document.querySelectorAll('g.frame')].filter(g => g.style.display !== 'none');"
                + "document.title += ' ' + shown.length + ' '"
                + " + shown.map(g => Math.round(g.querySelector('rect').getAttribute('width'))).join();</script>";
        int end = page.lastIndexOf("</body>");
        Path file = Files.writeString(
                directory.resolve("flame.html"), WATCH + page.substring(0, end) + click + page.substring(end));

        String dom = Browser.dom(file, directory);
        // All, then A and what stands on it; B is out of sight.
        assertThat(dom)
                .containsPattern(" 7 1200,1200,1200,1125,1125,75,75</title>")
                .contains("A: 80 cycles, 80.00 %</text>");
        assertThat(dom).doesNotContain("harmed</title>", "<img", "<b ");
    }

    private static Timelines timelines() {
        Lane lane = new Lane(HOSTILE, 20, List.of(new Stretch(0, 10, false, 0, 0), new Stretch(10, 20, true, 0, 0)));
        return new Timelines(HOSTILE, HOSTILE, List.of(HOSTILE), 0, List.of(new Variant(HOSTILE, List.of(lane))));
    }

    /** The page once a mouse has been over all of it. */
    private String dom(String page) throws IOException, InterruptedException {
        int end = page.lastIndexOf("</body>");
        String pointed = page.substring(0, end) + POINT + page.substring(end);
        return Browser.dom(Files.writeString(directory.resolve("hostile.html"), pointed), directory);
    }

    /** The rows of all tables of that id, by their own, and what stands in them by column. */
    private static Map<String, Map<String, String>> table(String dom, String id) {
        Map<String, Map<String, String>> rows = new LinkedHashMap<>();
        Matcher tables = Pattern.compile(
                        "<table data-table=\"" + Pattern.quote(id) + "\">(.*?)</table>", Pattern.DOTALL)
                .matcher(dom);
        while (tables.find()) {
            Matcher lines = Pattern.compile("<tr data-row=\"([^\"]*)\">(.*?)</tr>", Pattern.DOTALL)
                    .matcher(tables.group(1));
            while (lines.find()) {
                Map<String, String> row = new LinkedHashMap<>();
                Matcher places = Pattern.compile("<td[^>]*data-column=\"([^\"]*)\"[^>]*>(.*?)</td>", Pattern.DOTALL)
                        .matcher(lines.group(2));
                while (places.find()) row.put(text(places.group(1)), text(places.group(2)));
                rows.put(text(lines.group(1)), row);
            }
        }
        return rows;
    }

    private static String text(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&nbsp;", "\u00a0")
                .replace("&amp;", "&");
    }
}
