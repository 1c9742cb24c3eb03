package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.sidestep.lab.matrix.Results;

/** Results for people: one HTML file with tables and charts that needs no network, as bytes. */
final class HtmlReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private HtmlReport() {}

    static byte[] of(Results results) throws IOException {
        return of(results.experiment().title(), Report.provenance(results), Report.page(results));
    }

    /** A page of any parts. */
    static byte[] of(String title, String provenance, List<Part> parts) throws IOException {
        ObjectNode data = JSON.createObjectNode().put("provenance", provenance);
        ArrayNode all = data.putArray("parts");
        for (Part part : parts) {
            ObjectNode node =
                    all.addObject().put("part", part.getClass().getSimpleName().toLowerCase(Locale.ROOT));
            node.setAll((ObjectNode) JSON.valueToTree(part));
        }
        return Page.of(title, List.of("export.js", "report.js"), data);
    }
}
