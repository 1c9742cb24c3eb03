package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
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
     * The file's bytes. The library of charts is most of them and stays what it is: to make characters of it and bytes again takes
     * a program that has only just started as long as the rest of its report.
     *
     * @param script name of the script that shows {@code data}, a resource of this package
     * @throws IOException if a resource is missing
     */
    public static byte[] of(String title, String script, JsonNode data) throws IOException {
        return of(title, List.of(script), data);
    }

    /** The same with several scripts, of which a later one may use what an earlier one defines. */
    static byte[] of(String title, List<String> scripts, JsonNode data) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String script : scripts) all.write(bytes(script));
        return filled(
                resource("report.html"),
                Map.of(
                        "@TITLE@", utf8(escape(title)),
                        "/*@STYLE@*/", bytes("report.css"),
                        "/*@CHARTS@*/", bytes(CHARTS),
                        "/*@SCRIPT@*/", all.toByteArray(),
                        "@DATA@", utf8(inScript(new ObjectMapper().writeValueAsString(data)))));
    }

    /** A template with its places filled; what is filled in is never looked at for places. */
    private static byte[] filled(String template, Map<String, byte[]> pieces) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        Matcher place = PLACE.matcher(template);
        int done = 0;
        while (place.find()) {
            page.write(utf8(template.substring(done, place.start())));
            page.write(pieces.get(place.group()));
            done = place.end();
        }
        page.write(utf8(template.substring(done)));
        return page.toByteArray();
    }

    /** The text of a resource of this package. */
    static String resource(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String resource) throws IOException {
        try (InputStream stream = Page.class.getResourceAsStream(resource)) {
            if (stream == null) throw new IOException("missing resource " + resource);
            return stream.readAllBytes();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
