package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.sidestep.kernel.Cause;

/** Results for people: one HTML file with tables and charts that needs no network. */
final class HtmlReport {

    private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    private HtmlReport() {}

    static String of(Results results, JsonNode json) throws IOException {
        ObjectNode data = json.deepCopy();
        data.set("timelines", ResultsJson.timelines(results.cells()));
        data.set("floors", floors(results));
        ObjectNode causes = data.putObject("causes");
        for (Cause cause : Cause.values()) causes.put(cause.word(), cause.title());
        return resource("report.html")
                .replace("@TITLE@", escape(results.experiment().title()))
                .replace("/*@STYLE@*/", resource("report.css"))
                .replace("/*@CHARTS@*/", resource(CHARTS))
                .replace("/*@SCRIPT@*/", resource("report.js"))
                .replace("@DATA@", inScript(new ObjectMapper().writeValueAsString(data)));
    }

    /** Per cell, whether it is a floor. */
    private static JsonNode floors(Results results) {
        return new ObjectMapper()
                .valueToTree(
                        results.cells().keySet().stream().map(Floor::isFloor).toList());
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream = HtmlReport.class.getResourceAsStream(name)) {
            if (stream == null) throw new IOException("missing resource " + name);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    /** No text may close the script element that holds it. */
    private static String inScript(String json) {
        return json.replace("<", "\\u003c");
    }
}
