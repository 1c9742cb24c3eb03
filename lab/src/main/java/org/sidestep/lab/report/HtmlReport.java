package org.sidestep.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.sidestep.kernel.Cause;

/** Results for people: one HTML file with tables and charts that needs no network. */
final class HtmlReport {

    private HtmlReport() {}

    static String of(Results results, JsonNode json) throws IOException {
        ObjectNode data = json.deepCopy();
        data.set("timelines", ResultsJson.timelines(results.cells()));
        data.set("floors", floors(results));
        Failures failures = Failures.of(results);
        ArrayNode failed = data.putArray("failures");
        for (Failures.Failure failure : failures.all()) {
            failed.addObject()
                    .put("cell", failures.place(failure))
                    .put("status", failure.result().status().toString())
                    .put("reason", failure.result().reason());
        }
        ObjectNode causes = data.putObject("causes");
        for (Cause cause : Cause.values()) causes.put(cause.word(), cause.title());
        return Page.of(results.experiment().title(), "report.js", data);
    }

    /** Per cell, whether it is a floor. */
    private static JsonNode floors(Results results) {
        return new ObjectMapper()
                .valueToTree(
                        results.cells().keySet().stream().map(Floor::isFloor).toList());
    }
}
