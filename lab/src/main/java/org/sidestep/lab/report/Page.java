package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One HTML file with its style, script, charts and data inside, so that it needs no network. */
public final class Page {

    private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    private static final Pattern PLACE = Pattern.compile("@TITLE@|@DATA@|/\\*@(STYLE|CHARTS|SCRIPT)@\\*/");

    private Page() {}

    /**
     * @param script name of the script that shows {@code data}, a resource of this package
     * @throws IOException if a resource is missing
     */
    public static String of(String title, String script, JsonNode data) throws IOException {
        return of(title, List.of(script), data);
    }

    /** The same with several scripts, of which a later one may use what an earlier one defines. */
    static String of(String title, List<String> scripts, JsonNode data) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String script : scripts) all.append(resource(script));
        return filled(
                resource("report.html"),
                Map.of(
                        "@TITLE@", escape(title),
                        "/*@STYLE@*/", resource("report.css"),
                        "/*@CHARTS@*/", resource(CHARTS),
                        "/*@SCRIPT@*/", all.toString(),
                        "@DATA@", inScript(new ObjectMapper().writeValueAsString(data))));
    }

    /** A template with its places filled; what is filled in is never looked at for places. */
    private static String filled(String template, Map<String, String> pieces) {
        StringBuilder page = new StringBuilder();
        Matcher place = PLACE.matcher(template);
        int done = 0;
        while (place.find()) {
            page.append(template, done, place.start()).append(pieces.get(place.group()));
            done = place.end();
        }
        return page.append(template, done, template.length()).toString();
    }

    /** The text of a resource of this package. */
    static String resource(String name) throws IOException {
        try (InputStream stream = Page.class.getResourceAsStream(name)) {
            if (stream == null) throw new IOException("missing resource " + name);
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Text for between tags, or between the quotes of an attribute. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    /** No text may close the script element that holds it. */
    private static String inScript(String json) {
        return json.replace("<", "\\u003c");
    }
}
