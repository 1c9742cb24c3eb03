package org.sidestep.lab.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.sidestep.kernel.Cause;

/**
 * Where cycles went, as a flame graph (Gregg, "The Flame Graph"): a frame is as wide as the cycles of all that stands on it. One
 * SVG file that needs nothing else; a click on a frame makes it as wide as the picture.
 */
public final class FlameGraph {

    private static final int WIDTH = 1200;
    private static final int FRAME = 18;
    private static final int TOP = 44;
    private static final int BOTTOM = 24;
    /** Narrower frames than this, in pixels, would not be seen. */
    private static final double NARROWEST = 0.1;

    private static final double CHARACTER = 6.6;

    private final String title;
    private final Frame root = new Frame("all", 0);
    private final StringBuilder svg = new StringBuilder();
    private int deepest;

    private static final class Frame {
        private final String name;
        private final int depth;
        private final Map<String, Frame> above = new LinkedHashMap<>();
        private long cycles;

        Frame(String name, int depth) {
            this.name = name;
            this.depth = depth;
        }
    }

    private FlameGraph(String title, SortedMap<String, Long> stacks) {
        this.title = title;
        stacks.forEach(this::add);
    }

    /** Cycles by stack, frames joined by semicolons, as text that other programs for flame graphs read. */
    public static String folded(SortedMap<String, Long> stacks) {
        StringBuilder text = new StringBuilder();
        stacks.forEach(
                (stack, cycles) -> text.append(stack).append(' ').append(cycles).append('\n'));
        return text.toString();
    }

    /** The picture of the same. */
    public static String svg(String title, SortedMap<String, Long> stacks) throws IOException {
        return new FlameGraph(title, stacks).draw();
    }

    /** The picture in a page. */
    public static String html(String title, SortedMap<String, Long> stacks) throws IOException {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + Page.escape(title)
                + "</title>\n</head>\n<body>\n" + svg(title, stacks) + "</body>\n</html>\n";
    }

    private void add(String stack, long cycles) {
        Frame frame = root;
        frame.cycles += cycles;
        for (String name : stack.split(";")) {
            int depth = frame.depth + 1;
            frame = frame.above.computeIfAbsent(name, n -> new Frame(n, depth));
            frame.cycles += cycles;
            deepest = Math.max(deepest, depth);
        }
    }

    private String draw() throws IOException {
        int height = TOP + (deepest + 1) * FRAME + BOTTOM;
        line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">",
                WIDTH, height, WIDTH, height);
        line(
                "<style>text { font: 11px monospace; fill: #000; pointer-events: none } .title { font: bold 14px sans-serif }"
                        + " rect { stroke: #fff; stroke-width: 1 } g.frame { cursor: pointer } .u { fill: #bcd4ec } .k { fill: #f6cf9b }"
                        + " .c { fill: #cfe3c3 } .l { fill: #eab8b3 } .t { fill: #ddd }</style>");
        line("<text class=\"title\" x=\"8\" y=\"20\">%s</text>", Page.escape(title));
        line(
                "<text x=\"8\" y=\"36\">width: cycles of %d; from below: thread, level, routine, label, cause. Click to zoom.</text>",
                root.cycles);
        if (root.cycles > 0) draw(root, 0, "t");
        line("<text id=\"told\" x=\"8\" y=\"%d\"></text>", height - 8);
        line("<script><![CDATA[");
        svg.append(Page.resource("flame.js").replace("]]>", ""));
        line("]]></script>");
        line("</svg>");
        return svg.toString();
    }

    private void draw(Frame frame, long from, String kind) {
        double x = (double) from / root.cycles * WIDTH;
        double width = (double) frame.cycles / root.cycles * WIDTH;
        if (width < NARROWEST) return;
        int y = TOP + (deepest - frame.depth) * FRAME;
        String told = String.format(
                Locale.ROOT, "%s: %d cycles, %.2f %%", frame.name, frame.cycles, 100.0 * frame.cycles / root.cycles);
        line(
                "<g class=\"frame\" data-from=\"%d\" data-cycles=\"%d\" data-depth=\"%d\" data-name=\"%s\"><title>%s</title>",
                from, frame.cycles, frame.depth, Page.escape(frame.name), Page.escape(told));
        line("<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\"/>", kind, x, y, width, FRAME);
        line("<text x=\"%.2f\" y=\"%d\">%s</text></g>", x + 3, y + 13, Page.escape(fitting(frame.name, width)));
        List<Frame> above = new ArrayList<>(frame.above.values());
        for (Frame child : above) {
            draw(child, from, kind(frame, child, kind));
            from += child.cycles;
        }
    }

    /** As much of a name as there is room for. */
    private static String fitting(String name, double width) {
        int room = (int) ((width - 6) / CHARACTER);
        if (room >= name.length()) return name;
        return room < 3 ? "" : name.substring(0, room - 2) + "..";
    }

    /** Which colour: nothing that the text does not say as well. */
    private static String kind(Frame below, Frame frame, String kind) {
        if (below.depth == 0) return "t";
        if (below.depth == 1) return frame.name.equals("kernel") ? "k" : "u";
        if (!frame.above.isEmpty()) return kind;
        return frame.name.equals(Cause.TLB_REFILL.title())
                        || frame.name.equals(Cause.CACHE_REFILL.title())
                        || frame.name.equals(Cause.MISPREDICTION.title())
                ? "l"
                : "c";
    }

    private void line(String format, Object... values) {
        svg.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
