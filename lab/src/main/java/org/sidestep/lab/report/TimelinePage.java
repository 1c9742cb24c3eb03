package org.sidestep.lab.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.experiment.Timeline;
import org.sidestep.lab.report.Part.Timelines;
import org.sidestep.lab.report.Part.Variant;

/** Who ran when in one cell, as the report shows it of the first rounds, on a page of its own. */
public final class TimelinePage {

    private TimelinePage() {}

    /**
     * The page.
     *
     * @param cell its policy, or what else it is to be called
     * @param note what is shown, in words
     */
    public static byte[] of(String title, String cell, String note, Timeline timeline) {
        List<String> threads = new ArrayList<>();
        Variant shown = new Variant("", List.of(Charts.lane(cell, timeline.slices(), threads)));
        Part part = new Timelines("Who runs", note + " " + Charts.ROWS, threads, 0, List.of(shown));
        try {
            return HtmlReport.of(title, "", List.of(part));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
