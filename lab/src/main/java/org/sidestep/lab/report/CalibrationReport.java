package org.sidestep.lab.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sidestep.lab.calibrate.Calibration;
import org.sidestep.lab.calibrate.Comparison;
import org.sidestep.lab.calibrate.CrossValidation;
import org.sidestep.lab.calibrate.Kind;
import org.sidestep.lab.calibrate.Unclear;
import org.sidestep.lab.report.Part.Cloud;
import org.sidestep.lab.report.Part.Dot;
import org.sidestep.lab.report.Part.Heading;
import org.sidestep.lab.report.Part.Scatter;
import org.sidestep.lab.report.Table.Mark;

/** Calibrations: for the terminal and as a page with every row, and as Markdown without the figures. */
public final class CalibrationReport {

    private static final String TITLE = "Calibration of the CPU models";

    private static final String HINT =
            "Predicted against measured cycles; on the line a model is right, the dashed" + " lines are 10 % off.";

    private static final String INTRODUCTION = """
            # Calibration of the CPU models

            Written by `./sidestep calibrate --markdown`. Each model runs instruction sequences as guest code: a chain of
            dependent copies for the latency, independent copies for the reciprocal throughput, unrolled, warm. The cycles
            per copy are held against those that InstLatx64 measured on the real part. The figures themselves are not part of this
            project; here are only the errors, and of each kind the row that is worst. `unit`, one cycle for every
            instruction, shows what no model at all would give.

            Errors are relative to the measured figure, and absolute but for those of single rows. The Deschutes is said to take
            7/16 of a cycle for each of seventeen packed additions and their kin, and 7/8 for FADD with FXCH, which its two units, and its one
            adder, cannot; they count as errors all the same. What the figures of one half of the rows say about the other half is in
            [cross-validation.md](cross-validation.md). Figures whose meaning a row's name does not tell are excluded by rules:
            """;

    private static final String MEASUREMENTS = """

            ## Memory and changes of privilege level

            Guests of their own: a chain of pointers through a few bytes, many, and too many for the TLB; ways into the kernel
            and back. What is known of the parts are single figures or brackets, with their source: M measured (InstLatx64), S
            published, D derived from such figures. The error is the distance from the bracket.

            """;

    private static final String CROSS_VALIDATION = """
            # Each half of the rows predicted by the other

            Written by `./sidestep calibrate --cross-validate --cpu MODEL --markdown`. Many figures of instruction classes are from rows that
            [calibration.md](calibration.md) compares. What they are worth beyond them shows when they are not: the mnemonics are
            divided at random into halves (`--seed N`), and to each half, from its rows alone, the figures are fitted that they
            move. Which figure a row moves, the model tells when each figure has a value of its own that no row takes: the row
            then takes as much longer, or just as long. A figure becomes the median of what the half's rows ask for; what a row takes
            beside it (its memory accesses, say) stays. So each row is predicted twice: with what its own half has fitted,
            and with what the other half has. If classes and mechanisms are right, the second is nearly as good as the
            first; if each row needed a figure of its own, it could not be.

            Not judged are rows that no figure of a class moves by itself (those that fetch, decoding, ports, buffers or caches
            decide), and classes that have rows in one half only, for instance each division of the x87. Figures
            that are not of a class stay as they are; each of them acts on rows of both halves.

            """;

    private CalibrationReport() {}

    /** All that there is to say, with the measured figures. */
    public static String text(List<Calibration> calibrations) {
        List<Table> tables = new ArrayList<>();
        for (Calibration calibration : calibrations) {
            if (!calibration.comparisons().isEmpty()) tables.add(CalibrationTables.rows(calibration));
            left(calibration).forEach(tables::add);
        }
        tables.add(CalibrationTables.measurements(calibrations));
        if (isMeasured(calibrations)) tables.add(CalibrationTables.errors(calibrations));
        return TextTable.of(tables);
    }

    private static boolean isMeasured(List<Calibration> calibrations) {
        return calibrations.stream()
                .anyMatch(calibration -> !calibration.comparisons().isEmpty());
    }

    private static Stream<Table> left(Calibration calibration) {
        Table left = CalibrationTables.left(calibration);
        return left.rows().isEmpty() ? Stream.empty() : Stream.of(left);
    }

    /** The summaries. */
    public static String markdown(List<Calibration> calibrations) {
        StringBuilder text = new StringBuilder(INTRODUCTION).append('\n');
        for (Unclear rule : Unclear.values()) text.append("- ").append(rule).append('\n');
        text.append('\n').append(MarkdownTable.of(CalibrationTables.errors(calibrations)));
        text.append(MEASUREMENTS).append(MarkdownTable.of(CalibrationTables.measurements(calibrations)));
        text.append("\n## The worst row of each\n\n").append(MarkdownTable.of(CalibrationTables.worst(calibrations)));
        return text.toString();
    }

    /** A page with all rows; it holds the figures, so it is for those who have them. */
    public static String html(List<Calibration> calibrations) {
        List<Part> parts = new ArrayList<>();
        parts.add(CalibrationTables.errors(calibrations));
        for (Calibration calibration : calibrations) {
            parts.add(new Heading(calibration.model() + " against " + calibration.part(), Mark.NONE));
            parts.add(CalibrationTables.measurements(List.of(calibration)));
            if (!calibration.comparisons().isEmpty()) {
                parts.add(scatter(calibration));
                parts.add(CalibrationTables.rows(calibration));
            }
            left(calibration).forEach(parts::add);
        }
        try {
            return HtmlReport.of(TITLE, HINT, parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Scatter scatter(Calibration calibration) {
        List<Cloud> clouds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Dot> dots = calibration.comparisons(kind).stream()
                    .map(CalibrationReport::dot)
                    .toList();
            if (!dots.isEmpty()) clouds.add(new Cloud(kind.toString(), dots));
        }
        return new Scatter("Predicted against measured", "measured", "predicted", clouds);
    }

    private static Dot dot(Comparison figure) {
        return new Dot(
                figure.row() + ", " + CalibrationTables.column(figure.column()),
                Numbers.tidy(figure.measured()),
                Numbers.tidy(figure.predicted()));
    }

    /** How well figures from one half of the mnemonics predict the other half. */
    public static String crossValidation(List<CrossValidation> validations) {
        return TextTable.of(CrossValidationTable.of(validations));
    }

    /** The same as a page. */
    public static String crossValidationMarkdown(List<CrossValidation> validations) {
        return CROSS_VALIDATION + MarkdownTable.of(CrossValidationTable.of(validations));
    }
}
