package org.sidestep.lab.calibrate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.sidestep.lab.report.Page;

/** Calibrations as text for the terminal, with every row, and as Markdown, with the summaries. */
public final class CalibrationReport {

    private static final String INTRODUCTION = """
            # Calibration of the CPU models

            Written by `./sidestep calibrate --markdown`. Each model runs instruction sequences as guest code: a chain of
            dependent copies for the latency, independent copies for the reciprocal throughput, unrolled, warm. The cycles
            per copy are held against those that InstLatx64 measured on the real part. The figures themselves are not part of this
            project; here are only the errors, and of each kind the row that is worst. `unit`, one cycle for every
            instruction, shows what no model at all would give.

            Errors are relative to the measured figure, and absolute but for those of single rows. Rows about the sine of
            one value or another are run with any value.

            | model | measured part | rows | figures | mean | median | 90th percentile | within 10 % | not executed |
            | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    private static final String MEASUREMENTS = """

            ## Memory and changes of privilege level

            Guests of their own: a chain of pointers through a few bytes, many, and too many for the TLB; ways into the kernel
            and back. What is known of the parts are single figures or brackets, with their source: M measured (InstLatx64), S
            published, D derived from such figures. The error is the distance from the bracket.

            | model | | predicted | known | error | source |
            | --- | --- | ---: | ---: | ---: | --- |
            """;

    private CalibrationReport() {}

    public static String text(List<Calibration> calibrations) {
        StringBuilder text = new StringBuilder();
        for (Calibration calibration : calibrations) {
            line(text, "%s against %s (cycles)", calibration.model(), calibration.part());
            line(text, "  %-32s %2s %10s %10s %8s", "", "", "predicted", "measured", "error");
            for (Comparison c : calibration.comparisons()) {
                double percent = 100 * c.error();
                line(
                        text,
                        "  %-32s %2s %10.2f %10.2f %+7.1f%%",
                        c.row(),
                        c.column(),
                        c.predicted(),
                        c.measured(),
                        percent);
            }
            calibration
                    .notExecuted()
                    .forEach((row, reason) -> line(text, "  %-32s not executed: %s", row.name(), reason));
            measurements(text, calibration);
            text.append('\n');
        }
        for (Calibration calibration : calibrations) summary(text, calibration);
        return text.toString();
    }

    private static void measurements(StringBuilder text, Calibration calibration) {
        line(text, "  memory and changes of privilege level");
        for (Calibration.Measurement m : calibration.measurements()) {
            String known = m.known()
                    .map(k -> String.format(
                            Locale.ROOT, "%10s %+7.1f%%  [%s]", k.cycles(), 100 * k.error(m.predicted()), k.source()))
                    .orElse("         -");
            line(text, "  %-40s %10.1f %s", m.probe(), m.predicted(), known);
        }
    }

    private static void summary(StringBuilder text, Calibration calibration) {
        line(text, "%s against %s, absolute relative error", calibration.model(), calibration.part());
        for (Kind kind : Kind.values()) {
            List<Comparison> figures = calibration.comparisons(kind);
            int missing = calibration.notExecuted(kind).size();
            if (!figures.isEmpty()) line(text, "  %-20s %s", kind, described(Summary.of(figures)));
            if (missing > 0) line(text, "  %-20s %4d rows not executed", kind, missing);
        }
    }

    private static String described(Summary s) {
        return String.format(
                Locale.ROOT,
                "%4d figures  mean %5.1f %%  median %5.1f %%  90th percentile %5.1f %%  within 10 %%: %5.1f %%",
                s.figures(),
                100 * s.mean(),
                100 * s.median(),
                100 * s.ninetieth(),
                100 * s.withinTenth());
    }

    public static String markdown(List<Calibration> calibrations) {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (Calibration calibration : calibrations) {
            for (Kind kind : Kind.values()) tableRow(text, calibration, kind);
        }
        text.append(MEASUREMENTS);
        for (Calibration calibration : calibrations) {
            for (Calibration.Measurement m : calibration.measurements()) measurement(text, calibration, m);
        }
        text.append("\n## The worst row of each\n\n| model | rows | row | predicted | error |\n");
        text.append("| --- | --- | --- | ---: | ---: |\n");
        for (Calibration calibration : calibrations) {
            for (Kind kind : Kind.values()) worst(text, calibration, kind);
        }
        return text.toString();
    }

    private static void tableRow(StringBuilder text, Calibration calibration, Kind kind) {
        List<Comparison> figures = calibration.comparisons(kind);
        int missing = calibration.notExecuted(kind).size();
        if (figures.isEmpty() && missing == 0) return;
        String errors = "0 | | | |";
        if (!figures.isEmpty()) {
            Summary s = Summary.of(figures);
            errors = String.format(
                    Locale.ROOT,
                    "%d | %.1f %% | %.1f %% | %.1f %% | %.1f %%",
                    s.figures(),
                    100 * s.mean(),
                    100 * s.median(),
                    100 * s.ninetieth(),
                    100 * s.withinTenth());
        }
        line(text, "| %s | %s | %s | %s | %d |", calibration.model(), calibration.part(), kind, errors, missing);
    }

    private static void measurement(StringBuilder text, Calibration calibration, Calibration.Measurement m) {
        String known = m.known()
                .map(k -> String.format(
                        Locale.ROOT, "%s | %+.1f %% | %s", k.cycles(), 100 * k.error(m.predicted()), k.source()))
                .orElse("| |");
        line(text, "| %s | %s | %.1f | %s |", calibration.model(), m.probe(), m.predicted(), known);
    }

    /** A page with all rows; it holds the figures, so it is for those who have them. */
    public static String html(List<Calibration> calibrations) {
        ArrayNode models = new ObjectMapper().createArrayNode();
        for (Calibration calibration : calibrations) {
            ObjectNode model =
                    models.addObject().put("model", calibration.model()).put("part", calibration.part());
            ArrayNode rows = model.putArray("rows");
            for (Comparison c : calibration.comparisons()) {
                rows.addArray()
                        .add(c.row() + (c.column().equals("L") ? ", latency" : ", throughput"))
                        .add(c.kind().toString())
                        .add(c.measured())
                        .add(c.predicted());
            }
            ArrayNode missing = model.putArray("missing");
            calibration.notExecuted().forEach((row, reason) -> missing.add(row.name() + ": " + reason));
            ArrayNode measurements = model.putArray("measurements");
            for (Calibration.Measurement m : calibration.measurements()) {
                measurements
                        .addArray()
                        .add(m.probe().toString())
                        .add(m.predicted())
                        .add(m.known().map(Reference::cycles).orElse(""))
                        .add(m.known().map(Reference::source).orElse(""));
            }
        }
        try {
            return Page.of("Calibration of the CPU models", "calibration.js", models);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void worst(StringBuilder text, Calibration calibration, Kind kind) {
        calibration.comparisons(kind).stream()
                .max(Summary.BY_ERROR)
                .ifPresent(c -> line(
                        text,
                        "| %s | %s | `%s` %s | %.2f | %+.1f %% |",
                        calibration.model(),
                        kind,
                        c.row(),
                        c.column().equals("L") ? "latency" : "throughput",
                        c.predicted(),
                        100 * c.error()));
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
