package org.sidestep.lab.report;

import java.math.BigDecimal;
import java.util.List;
import org.sidestep.experiment.Timeline;

/** What a report shows, one below the other. All that it says is in here: whoever renders it computes nothing. */
public sealed interface Part permits Table, Part.Heading, Part.Bars, Part.Stack, Part.Timelines {

    /** Begins what belongs together. */
    record Heading(String text, Table.Mark mark) implements Part {}

    /** A bar per cell. */
    record Bars(String title, List<Bar> bars) implements Part {}

    /**
     * One of them.
     *
     * @param heading begins a group of bars; empty within one
     * @param colour the same for the same policy
     * @param failure what stands in place of the bar if nothing was measured
     */
    record Bar(String heading, String name, BigDecimal value, int colour, String failure) {}

    /** Bars of several pieces each. */
    record Stack(String title, List<String> bars, List<Piece> pieces) implements Part {}

    /** The same piece of all bars. */
    record Piece(String name, List<BigDecimal> values) {}

    /**
     * Who runs when, one lane per policy.
     *
     * @param end the last cycle of the longest lane
     */
    record Timelines(String title, String note, List<String> threads, long end, List<Lane> lanes) implements Part {}

    /** One of them. */
    record Lane(String title, List<Timeline.Slice> slices) {}
}
