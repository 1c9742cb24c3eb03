package org.sidestep.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {

    private static final String HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";

    @Test
    void namesInTitleAndDataStayText() throws IOException {
        ObjectNode data = new ObjectMapper().createObjectNode().put(HOSTILE, HOSTILE);

        assertThat(page(HOSTILE, data)).doesNotContain("<script>alert", "<img src=x");
    }

    /** A chart's formatter gives HTML. What is shown of the data in one is a number, or went through {@code html}. */
    @Test
    void whatChartsShowAsHtmlIsEscaped() throws IOException {
        String text = resource("report.js");

        assertThat(text).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "outerHTML");
        Matcher formatter =
                Pattern.compile("\\btooltip: \\{[^}]*formatter: *(.*)").matcher(text);
        int found = 0;
        for (; formatter.find(); found++) {
            String body = formatter.group(1).replaceAll("html\\([^()]*\\)", "");
            assertThat(body).doesNotContain("name").doesNotContainPattern("data\\[2](?! \\?)");
        }
        assertThat(found).isEqualTo(2);
        assertThat(text).contains("const html = text => echarts.format.encodeHTML(String(text));");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatIsFilledInIsNotLookedAtForPlaces() throws IOException {
        String page = page("of @DATA@ and /*@SCRIPT@*/", new TextNode("@TITLE@ /*@CHARTS@*/"));

        assertThat(page)
                .contains("<title>of @DATA@ and /*@SCRIPT@*/</title>", "<h1>of @DATA@ and /*@SCRIPT@*/</h1>")
                .contains(">\"@TITLE@ /*@CHARTS@*/\"</script>");
    }

    private static String page(String title, JsonNode data) throws IOException {
        return new String(Page.of(title, "report.js", data), StandardCharsets.UTF_8);
    }
}
