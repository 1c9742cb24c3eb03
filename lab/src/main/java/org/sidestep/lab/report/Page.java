package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One HTML file with its style, script, charts and data inside, so that it needs no network. */
public final class Page {

    private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

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
        return resource("report.html")
                .replace("@TITLE@", escape(title))
                .replace("/*@STYLE@*/", resource("report.css"))
                .replace("/*@CHARTS@*/", resource(CHARTS))
                .replace("/*@SCRIPT@*/", all.toString())
                .replace("@DATA@", inScript(new ObjectMapper().writeValueAsString(data)));
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
