package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.lab.report.SavedExports.Saved;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** Everything that the page saves, saved by a real browser, opened, and compared with {@code results.json} to the last number. */
class ExportsTest {

    private static final String FAILED =
            "workload=ping-pong ipc=strict cpu.trap.cycles=131 workload.words=1 workload.rounds=1000000";

    @TempDir
    private static Path directory;

    private static JsonNode json;
    private static JsonNode shown;
    private static Map<String, Saved> all;

    @BeforeAll
    static void pressEverything() throws Exception {
        Browser.assumePresent();
        SavedExports exports = SavedExports.in(directory);
        json = exports.json();
        shown = exports.shown();
        all = exports.saved();
    }

    @Test
    void everyTableAndPlotIsSavedInFourKinds() {
        assertThat(all.keySet()).contains("summary", "claims", "failures", "matrix", "ablations", "bill.oneway");
        assertThat(all.values())
                .hasSizeGreaterThan(12)
                .allSatisfy(saved -> assertThat(saved.files).containsOnlyKeys("SVG", "PNG", "CSV", "LaTeX"));
    }

    @Test
    void aTableInCsvHasTheValuesOfTheResults() throws IOException {
        int compared = 0;
        for (String id : List.of("matrix", "claims", "ablations", "bill.oneway")) {
            Saved saved = all.get(id);
            List<List<String>> csv = saved.csv();
            assertThat(csv).as(id).hasSize(1 + saved.rows.size());
            assertThat(saved.columns).doesNotContain("scheduler", "lecture");
            for (int r = 0; r < saved.rows.size(); r++) {
                assertThat(csv.get(r + 1)).hasSameSizeAs(saved.columns);
                for (int c = 0; c < saved.columns.size(); c++) {
                    String column = saved.columns.get(c);
                    assertThat(csv.get(r + 1).get(c))
                            .as("%s: %s of %s", id, column, saved.rows.get(r))
                            .isEqualTo(expected(id, saved.rows.get(r), column));
                    compared++;
                }
            }
        }
        assertThat(all.get("matrix").rows)
                .containsExactlyInAnyOrderElementsOf(
                        cells().map(cell -> cell.get("cell").asText()).toList());
        assertThat(compared).isGreaterThan(28 * 15);
    }

    private static Stream<JsonNode> cells() {
        return stream(json.get("cells"));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String expected(String table, String row, String column) {
        if (table.equals("claims")) return claim(row, column);
        JsonNode cell = cells().filter(c -> c.get("cell").asText().equals(row))
                .findFirst()
                .orElseThrow();
        boolean ok = cell.get("status").asText().equals("ok");
        return switch (column) {
            case "ipc" -> cell.get("ipc").asText();
            case "status" ->
                ok
                        ? cell.get("status").asText()
                        : cell.get("status").asText() + ": "
                                + cell.get("reason")
                                        .asText()
                                        .lines()
                                        .findFirst()
                                        .orElseThrow();
            case "floor" -> floor(cell);
            case "as is" -> metric(cell, "oneway.cycles.median");
            case "tlb" -> ablation(cell, "tlb");
            default -> {
                if (column.startsWith("workload.") || column.startsWith("cpu."))
                    yield cell.get("parameters").get(column).asText();
                if (table.startsWith("bill.")) yield bill(cell, column);
                yield ok ? metric(cell, column) : cell.get("status").asText();
            }
        };
    }

    private static String claim(String id, String column) {
        JsonNode claim = stream(json.get("claims"))
                .filter(c -> c.get("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
        return switch (column) {
            case "claim" -> id;
            case "passed" -> claim.get("passed").asBoolean() ? "passed" : "FAILED";
            default -> claim.get(column).asText();
        };
    }

    private static String metric(JsonNode cell, String name) {
        JsonNode metrics = cell.get("metrics");
        if (metrics.has(name)) return metrics.get(name).asText();
        int dot = name.lastIndexOf('.');
        JsonNode samples = metrics.path(name.substring(0, dot)).path(name.substring(dot + 1));
        return samples.isMissingNode() ? "" : samples.asText();
    }

    /** One way in the cell that differs from this one in its policy alone. */
    private static String floor(JsonNode cell) {
        return cells().filter(c -> c.get("ipc").asText().equals("floor"))
                .filter(c -> Stream.of("workload.words", "workload.rounds", "cpu.trap.cycles")
                        .allMatch(name -> c.get("parameters")
                                .get(name)
                                .equals(cell.get("parameters").get(name))))
                .map(c -> metric(c, "oneway.cycles.median"))
                .findFirst()
                .orElse("");
    }

    private static String ablation(JsonNode cell, String mechanism) {
        for (JsonNode ablation : json.get("ablations")) {
            boolean same = json.get("cells").get(ablation.get("of").asInt()) == cell;
            if (same && ablation.get("without").asText().equals(mechanism) && ablation.has("contributes"))
                return ablation.get("contributes").asText();
        }
        return "";
    }

    private static String bill(JsonNode cell, String cause) {
        double parts = Double.parseDouble(metric(cell, "bill.oneway.parts"));
        double sum = 0;
        for (Map.Entry<String, JsonNode> metric : cell.get("metrics").properties()) {
            String name = metric.getKey();
            boolean counted = name.startsWith("bill.oneway.")
                    && !name.endsWith(".parts")
                    && (cause.equals("cycles") || name.equals("bill.oneway." + cause));
            if (counted) sum += metric.getValue().asDouble();
        }
        return tenth(sum / parts, "");
    }

    private static String tenth(double cycles, String none) {
        double rounded = Math.rint(cycles * 10) / 10;
        return rounded == 0
                ? none
                : new BigDecimal(Double.toString(rounded)).stripTrailingZeros().toPlainString();
    }

    @Test
    void theFailuresInCsvAreThoseOfCellsAndOfTheirVariants() throws IOException {
        JsonNode cell = cells().filter(c -> c.has("reason")).findFirst().orElseThrow();
        JsonNode without = stream(json.get("ablations"))
                .filter(c -> c.has("reason"))
                .findFirst()
                .orElseThrow();
        assertThat(all.get("failures").csv())
                .containsExactly(
                        List.of("cell", "status", "reason"),
                        List.of(FAILED, "limit", cell.get("reason").asText()),
                        List.of(
                                FAILED + ", without tlb",
                                "limit",
                                without.get("reason").asText()));
    }

    /** The plots, whose numbers begin with these headings. */
    private static List<Saved> plots(String... headings) throws IOException {
        List<Saved> plots = new ArrayList<>();
        for (Map.Entry<String, Saved> saved : all.entrySet()) {
            if (!saved.getKey().startsWith("chart ")) continue;
            List<String> head = saved.getValue().csv().get(0);
            if (head.subList(0, Math.min(headings.length, head.size())).equals(List.of(headings)))
                plots.add(saved.getValue());
        }
        assertThat(plots).as(List.of(headings).toString()).isNotEmpty();
        return plots;
    }

    private static List<List<String>> body(Saved saved) throws IOException {
        List<List<String>> csv = saved.csv();
        return csv.subList(1, csv.size());
    }

    private static Stream<JsonNode> measured() {
        return cells().filter(cell -> cell.get("status").asText().equals("ok"));
    }

    @Test
    void barsInCsvAreTheMediansOfAllCells() throws IOException {
        List<List<String>> bars = body(plots("variant", "policy").get(0));
        assertThat(bars.stream()
                        .map(bar -> bar.get(1) + " "
                                + bar.get(2).lines().findFirst().orElse("")))
                .containsExactlyInAnyOrderElementsOf(cells().map(cell -> cell.get("ipc")
                                        .asText() + " "
                                + (cell.get("status").asText().equals("ok")
                                        ? metric(cell, "oneway.cycles.median")
                                        : expected("matrix", cell.get("cell").asText(), "status")))
                        .toList());
    }

    @Test
    void linesInCsvAreTheSamplesAlongEachSweptCoordinate() throws IOException {
        List<Saved> plots = plots("line");
        for (String coordinate : List.of("workload.words", "cpu.trap.cycles")) {
            List<List<String>> points = new ArrayList<>();
            for (Saved plot : plots) {
                if (plot.csv().get(0).get(1).startsWith(coordinate)) points.addAll(body(plot));
            }
            assertThat(points)
                    .as(coordinate)
                    .containsExactlyInAnyOrderElementsOf(swept().map(cell -> List.of(
                                    cell.get("ipc").asText(),
                                    cell.get("parameters").get(coordinate).asText(),
                                    metric(cell, "oneway.cycles.median"),
                                    metric(cell, "oneway.cycles.min"),
                                    metric(cell, "oneway.cycles.p99")))
                            .toList());
        }
    }

    private static Stream<JsonNode> swept() {
        return measured()
                .filter(cell ->
                        !cell.get("parameters").get("workload.words").asText().equals("1"));
    }

    @Test
    void theMapInCsvHasTheCheapestOfEachPlace() throws IOException {
        Map<List<String>, Map<String, Double>> places = new LinkedHashMap<>();
        swept().forEach(cell -> places.computeIfAbsent(
                        List.of(
                                cell.get("parameters").get("cpu.trap.cycles").asText(),
                                cell.get("parameters").get("workload.words").asText()),
                        place -> new TreeMap<>())
                .put(cell.get("ipc").asText(), Double.parseDouble(metric(cell, "oneway.cycles.median"))));
        List<List<String>> expected = new ArrayList<>();
        places.forEach((place, costs) -> {
            List<Map.Entry<String, Double>> order = costs.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .toList();
            double least = order.get(0).getValue();
            expected.add(List.of(
                    place.get(0),
                    place.get(1),
                    order.get(0).getKey(),
                    tidy(least),
                    tidy(order.get(1).getValue() / least),
                    ""));
        });
        assertThat(body(plots("cpu.trap.cycles", "workload.words").get(0)))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String tidy(double value) {
        return new BigDecimal(value)
                .setScale(3, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    @Test
    void theStackInCsvIsTheBillOfEachCell() throws IOException {
        Saved stack = plots("cell").get(0);
        Saved table = all.get("bill.oneway");
        assertThat(body(stack)).hasSize((int) measured().count());
        int first = (int) table.columns.stream()
                .takeWhile(column -> !all.get("matrix").columns.contains("oneway." + column))
                .filter(column -> column.equals("ipc") || column.contains("."))
                .count();
        List<String> causes = table.columns.subList(first, table.columns.size() - 1);
        assertThat(stack.csv().get(0)).hasSize(1 + causes.size());
        for (int r = 0; r < table.rows.size(); r++) {
            JsonNode cell = cell(table.rows.get(r));
            List<String> values = causes.stream()
                    .map(cause -> bill(cell, cause))
                    .map(text -> text.isEmpty() ? "0" : text)
                    .toList();
            assertThat(body(stack).get(r).subList(1, 1 + causes.size())).isEqualTo(values);
        }
    }

    private static JsonNode cell(String text) {
        return cells().filter(cell -> cell.get("cell").asText().equals(text))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void timelinesInCsvFollowTheirCellsFromCycleNoughtOnWithoutAGap() throws IOException {
        JsonNode timelines = stream(shown.get("parts"))
                .filter(part -> part.get("part").asText().equals("timelines"))
                .findFirst()
                .orElseThrow();
        JsonNode lanes =
                timelines.get("variants").get(timelines.get("chosen").asInt()).get("lanes");
        List<Saved> plots = plots("from", "to");
        assertThat(plots).hasSize(lanes.size());
        for (int i = 0; i < lanes.size(); i++) {
            List<List<String>> expected = stream(lanes.get(i).get("slices"))
                    .map(slice -> List.of(
                            slice.get(0).asText(),
                            slice.get(1).asText(),
                            slice.get(2).asBoolean() ? "kernel" : "user",
                            timelines.get("threads").get(slice.get(3).asInt()).asText(),
                            timelines.get("threads").get(slice.get(4).asInt()).asText()))
                    .toList();
            assertThat(body(plots.get(i))).isEqualTo(expected);
            String at = "0";
            for (List<String> slice : expected) {
                assertThat(slice.get(0)).isEqualTo(at);
                at = slice.get(1);
            }
        }
    }

    @Test
    void latexHasTheRowsOfTheCsvAndIsWellFormed() throws IOException {
        for (Saved saved : all.values()) {
            String latex = saved.text("LaTeX");
            String title = saved.title;
            assertThat(latex)
                    .contains("\\usepackage{booktabs}", "\\begin{table}", "\\end{tabular}", "\\end{table}")
                    .contains(title.isEmpty() ? "\\caption{" : "\\caption{" + escaped(title) + "}");
            List<List<String>> rows = new ArrayList<>();
            rows.addAll(rows(SavedExports.between(latex, "\\toprule\n", "\\midrule")));
            rows.addAll(rows(SavedExports.between(latex, "\\midrule\n", "\\bottomrule")));
            List<List<String>> csv = saved.csv();
            assertThat(rows)
                    .isEqualTo(csv.stream()
                            .map(row -> row.stream()
                                    .map(value -> value.replaceAll("\\s*\n\\s*", " "))
                                    .toList())
                            .toList());
            assertThat(SavedExports.between(latex, "\\begin{tabular}{", "}"))
                    .hasSize(csv.get(0).size())
                    .matches("[lr]+");
        }
        assertThat(all.get("claims").text("LaTeX")).contains("a\\_b \\& \"c\", d");
    }

    /** As TeX wants it. */
    private static String escaped(String text) {
        return text.replaceAll("([&%$#_{}])", "\\\\$1");
    }

    private static List<List<String>> rows(String lines) {
        return lines.lines()
                .map(line -> {
                    assertThat(line).endsWith(" \\\\");
                    return Stream.of(line.substring(0, line.length() - 3).split(" & ", -1))
                            .map(value -> value.replaceAll("\\\\([&%$#_{}])", "$1")
                                    .replace("\\textless{}", "<")
                                    .replace("\\textgreater{}", ">"))
                            .toList();
                })
                .toList();
    }

    @Test
    void aTableAsAPictureHasEachValueInItsPlace() throws Exception {
        for (Map.Entry<String, Saved> saved : all.entrySet()) {
            if (saved.getKey().startsWith("chart ")) continue;
            List<String> texts = texts(svg(saved.getValue()));
            List<String> csv =
                    saved.getValue().csv().stream().flatMap(List::stream).toList();
            assertThat(texts).as(saved.getKey()).isEqualTo(csv);
        }
    }

    private static Document svg(Saved saved) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Document svg = factory.newDocumentBuilder().parse(new ByteArrayInputStream(saved.files.get("SVG")));
        assertThat(svg.getDocumentElement().getLocalName()).isEqualTo("svg");
        assertThat(svg.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
        return svg;
    }

    private static List<String> texts(Document svg) {
        NodeList texts = svg.getElementsByTagNameNS("*", "text");
        return IntStream.range(0, texts.getLength())
                .mapToObj(i -> texts.item(i).getTextContent())
                .toList();
    }

    @Test
    void aPlotAsAPictureSaysWhatItsNumbersSay() throws Exception {
        for (Saved bars : plots("variant", "policy")) {
            List<String> texts = texts(svg(bars));
            for (List<String> bar : body(bars)) assertThat(texts).contains(bar.get(1), bar.get(2));
            assertThat(lengths(svg(bars))).isEqualTo(ranks(values(body(bars))));
        }
        for (Saved lines : plots("line")) {
            Set<String> texts = new HashSet<>(texts(svg(lines)));
            assertThat(texts)
                    .contains(lines.csv().get(0).get(1), lines.csv().get(0).get(2));
            for (List<String> point : body(lines)) assertThat(texts).contains(point.get(0));
        }
        for (Saved map : plots("cpu.trap.cycles", "workload.words")) {
            List<String> texts = texts(svg(map));
            for (List<String> spot : body(map)) assertThat(texts).contains(spot.get(2) + " 1/" + spot.get(4));
        }
        for (Saved stack : plots("cell")) {
            Set<String> texts = new HashSet<>(texts(svg(stack)));
            assertThat(texts)
                    .containsAll(
                            stack.csv().get(0).subList(1, stack.csv().get(0).size()));
            for (List<String> bar : body(stack)) assertThat(texts).contains(bar.get(0));
        }
        for (Saved lane : plots("from", "to")) {
            Set<String> texts = new HashSet<>(texts(svg(lane)));
            for (List<String> slice : body(lane)) assertThat(texts).contains(slice.get(3));
        }
    }

    private static List<Double> values(List<List<String>> bars) {
        return bars.stream()
                .map(bar -> bar.get(2))
                .map(value -> value.matches("[0-9.]+") ? Double.parseDouble(value) : 0.0)
                .toList();
    }

    /** The places that bars of these values take by their length, the longest first. */
    private static List<Long> ranks(List<Double> values) {
        double most = values.stream().max(Comparator.naturalOrder()).orElseThrow();
        return values.stream().map(value -> Math.round(value / most * 100)).toList();
    }

    /** Of the bars in a picture, from above, in hundredths of the longest. */
    private static List<Long> lengths(Document svg) {
        NodeList paths = svg.getElementsByTagNameNS("*", "path");
        Map<Double, Double> widths = new TreeMap<>();
        for (int i = 0; i < paths.getLength(); i++) {
            Matcher bar = Pattern.compile("M[0-9.]+ ([0-9.]+)l([0-9.]+) 0l0 13l-?\\2 0Z")
                    .matcher(paths.item(i).getAttributes().getNamedItem("d").getNodeValue());
            if (bar.matches()) widths.put(Double.parseDouble(bar.group(1)), Double.parseDouble(bar.group(2)));
        }
        assertThat(widths).as(() -> drawn(paths)).isNotEmpty();
        return ranks(new ArrayList<>(widths.values()));
    }

    private static String drawn(NodeList paths) {
        return IntStream.range(0, paths.getLength())
                .mapToObj(i -> paths.item(i).getAttributes().getNamedItem("d").getNodeValue())
                .collect(Collectors.joining("\n"));
    }

    /** The picture twice as fine: as large, with the colours of the drawing, and not empty. */
    @Test
    void aPngIsThePictureInDots() throws Exception {
        for (Map.Entry<String, Saved> saved : all.entrySet()) {
            BufferedImage png =
                    ImageIO.read(new ByteArrayInputStream(saved.getValue().files.get("PNG")));
            Document svg = svg(saved.getValue());
            assertThat(png.getWidth()).isEqualTo(2 * size(svg, "width"));
            assertThat(png.getHeight()).isEqualTo(2 * size(svg, "height"));
            Set<Integer> dots = new TreeSet<>();
            for (int y = 0; y < png.getHeight(); y++) {
                for (int x = 0; x < png.getWidth(); x++) dots.add(png.getRGB(x, y) & 0xffffff);
            }
            assertThat(dots).as(saved.getKey()).contains(0xffffff).hasSizeGreaterThan(10);
            if (saved.getKey().startsWith("chart ")) assertThat(dots).containsAnyOf(0x4c78a8, 0x444444, 0xf58518);
        }
    }

    private static int size(Document svg, String name) {
        return Integer.parseInt(svg.getDocumentElement().getAttribute(name));
    }
}
