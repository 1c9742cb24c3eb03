package org.sidestep.lab.report;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.math.BigDecimal;
import java.util.List;

/** What a report shows, one below the other. All that it says is in here: whoever renders it computes nothing. */
public sealed interface Part
        permits Table, Part.Heading, Part.Bars, Part.Stack, Part.Lines, Part.Winners, Part.Scatter, Part.Timelines {

    /** Begins what belongs together. */
    record Heading(String text, Table.Mark mark) implements Part {}

    /** A bar per cell. */
    record Bars(String title, List<Bar> bars) implements Part {}

    /**
     * One of them.
     *
     * @param heading begins a group of bars; empty within one
     * @param low the least value over all layouts, and {@code high} the greatest; null if there is one layout
     * @param colour the same for the same policy
     * @param failure what stands in place of the bar if nothing was measured
     */
    record Bar(
            String heading,
            String name,
            BigDecimal value,
            BigDecimal low,
            BigDecimal high,
            int colour,
            String failure) {}

    /** Bars of several pieces each. */
    record Stack(String title, List<String> bars, List<Piece> pieces) implements Part {}

    /** The same piece of all bars. */
    record Piece(String name, List<BigDecimal> values) {}

    /**
     * What something costs along a coordinate.
     *
     * @param x the coordinate with its unit
     * @param y what is measured with its unit
     * @param low what the lower end of a point's bar is, and {@code high} the upper
     */
    record Lines(String title, String x, String y, String low, String high, List<Line> lines) implements Part {}

    /** One of them. */
    record Line(String name, List<Point> points) {}

    /**
     * A measured place.
     *
     * @param low the smallest sample; the least median if there are several layouts
     * @param high the 99th percentile; the greatest median
     */
    record Point(long x, BigDecimal y, BigDecimal low, BigDecimal high) {}

    /**
     * Who is cheapest where, along two coordinates.
     *
     * @param names of those who compete
     */
    record Winners(String title, String x, String y, List<String> names, List<Spot> spots) implements Part {}

    /**
     * One place.
     *
     * @param winner index of the cheapest
     * @param value what it costs
     * @param ratio how many times as much the next one costs; null if there is none
     * @param shown whether this is more than layouts make of it
     */
    record Spot(long x, long y, int winner, BigDecimal value, BigDecimal ratio, boolean shown) {}

    /** Pairs of what should be equal, on logarithmic axes. */
    record Scatter(String title, String x, String y, List<Cloud> clouds) implements Part {}

    /** Those of one kind. */
    record Cloud(String name, List<Dot> dots) {}

    /** One pair. */
    record Dot(String name, BigDecimal x, BigDecimal y) {}

    /**
     * Who runs when, one lane per policy, of one variant at a time.
     *
     * @param chosen index of the variant that is shown first
     */
    record Timelines(String title, String note, List<String> threads, int chosen, List<Variant> variants)
            implements Part {}

    /** What is shown together. */
    record Variant(String name, List<Lane> lanes) {}

    /**
     * One policy.
     *
     * @param end its last cycle
     */
    record Lane(String title, long end, List<Stretch> slices) {}

    /** A {@link org.sidestep.experiment.Timeline.Slice} with threads by their index, as an array: there are many. */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    @JsonPropertyOrder({"from", "to", "kernel", "thread", "believed"})
    record Stretch(long from, long to, boolean kernel, int thread, int believed) {}
}
