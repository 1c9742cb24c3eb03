package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.lab.calibrate.Calibration;
import org.sidestep.lab.calibrate.Comparison;
import org.sidestep.lab.calibrate.Errors;
import org.sidestep.lab.calibrate.Kind;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;

/** CPU models against real parts. */
final class CalibrationTables {

    private CalibrationTables() {}

    /** A row for each model and kind of rows. */
    static Table errors(List<Calibration> calibrations) {
        List<Row> rows = new ArrayList<>();
        for (Calibration calibration : calibrations) {
            for (Kind kind : Kind.values()) {
                boolean none = calibration.comparisons(kind).isEmpty()
                        && calibration.notExecuted(kind).isEmpty();
                if (!none) rows.add(errors(calibration, kind));
            }
        }
        return new Table(
                "errors",
                "Absolute relative error",
                List.of(
                        Column.words("model"),
                        Column.words("measured part"),
                        Column.words("rows"),
                        number("figures"),
                        number("mean"),
                        number("median"),
                        number("90th percentile"),
                        number("within 10 %"),
                        number("excluded"),
                        number("not executed")),
                rows,
                List.of());
    }

    private static Row errors(Calibration calibration, Kind kind) {
        List<Comparison> figures = calibration.comparisons(kind);
        List<Value> values = new ArrayList<>(List.of(
                Value.of(calibration.model()),
                Value.of(calibration.part()),
                Value.of(kind.toString()),
                Value.of(figures.size())));
        if (figures.isEmpty()) {
            for (int i = 0; i < 4; i++) values.add(Value.NONE);
        } else {
            Errors errors = Errors.of(figures);
            for (double share :
                    new double[] {errors.mean(), errors.median(), errors.ninetieth(), errors.withinTenth()}) {
                values.add(Value.of(percent("%.1f %%", share)));
            }
        }
        values.add(Value.of(calibration.excluded(kind)));
        values.add(Value.of(calibration.notExecuted(kind).size()));
        return Table.row(calibration.model() + " " + kind, values);
    }

    /** Memory and changes of privilege level. */
    static Table measurements(List<Calibration> calibrations) {
        List<Row> rows = new ArrayList<>();
        for (Calibration calibration : calibrations) {
            for (Calibration.Measurement m : calibration.measurements()) {
                rows.add(Table.row(
                        calibration.model() + " " + m.probe(),
                        Value.of(calibration.model()),
                        Value.of(m.probe().toString()),
                        Value.of(cycles("%.1f", m.predicted())),
                        Value.of(m.known().map(known -> known.cycles()).orElse("")),
                        Value.of(m.known()
                                .map(known -> percent("%+.1f %%", known.error(m.predicted())))
                                .orElse("")),
                        Value.of(m.known().map(known -> known.source()).orElse(""))));
            }
        }
        return new Table(
                "measurements",
                "Memory and changes of privilege level",
                List.of(
                        Column.words("model"),
                        Column.words("what", "", ""),
                        number("predicted"),
                        number("known"),
                        number("error"),
                        Column.prose("source")),
                rows,
                List.of());
    }

    /** The worst row of each kind. */
    static Table worst(List<Calibration> calibrations) {
        List<Row> rows = new ArrayList<>();
        for (Calibration calibration : calibrations) {
            for (Kind kind : Kind.values()) {
                calibration.comparisons(kind).stream()
                        .max(Errors.BY_ERROR)
                        .ifPresent(figure -> rows.add(Table.row(
                                calibration.model() + " " + kind,
                                Value.of(calibration.model()),
                                Value.of(kind.toString()),
                                Value.of("`" + figure.row() + "` " + column(figure.column())),
                                Value.of(cycles("%.2f", figure.predicted())),
                                Value.of(percent("%+.1f %%", figure.error())))));
            }
        }
        return new Table(
                "worst",
                "The worst row of each",
                List.of(
                        Column.words("model"),
                        Column.words("rows"),
                        Column.words("row"),
                        number("predicted"),
                        number("error")),
                rows,
                List.of());
    }

    /** All rows of a model; they hold the figures, so they are for those who have them. */
    static Table rows(Calibration calibration) {
        List<Row> rows = calibration.comparisons().stream()
                .map(figure -> Table.row(
                        figure.row() + " " + figure.column(),
                        Value.of(figure.row()),
                        Value.of(figure.column()),
                        Value.of(cycles("%.2f", figure.predicted())),
                        Value.of(cycles("%.2f", figure.measured())),
                        Value.of(percent("%+.1f %%", figure.error()))))
                .toList();
        return new Table(
                "rows",
                String.format(Locale.ROOT, "%s against %s (cycles)", calibration.model(), calibration.part()),
                List.of(
                        Column.prose("row"),
                        Column.words("column", "", "L: latency, T: reciprocal throughput."),
                        number("predicted"),
                        number("measured"),
                        number("error")),
                rows,
                List.of());
    }

    /** Figures of a model that are not compared, and why. */
    static Table left(Calibration calibration) {
        List<Row> rows = new ArrayList<>();
        calibration
                .notExecuted()
                .forEach((row, reason) -> rows.add(
                        Table.row(row.name(), Value.of(row.name()), Value.of("not executed"), Value.of(reason))));
        calibration
                .excluded()
                .forEach(figure -> rows.add(Table.row(
                        figure.row() + " " + figure.column(),
                        Value.of(figure.row() + ", " + column(figure.column())),
                        Value.of("excluded"),
                        Value.of(figure.rule().toString()))));
        return new Table(
                "left",
                String.format(Locale.ROOT, "%s: not compared", calibration.model()),
                List.of(Column.prose("row"), Column.words("how"), Column.prose("why")),
                rows,
                List.of());
    }

    static String column(String column) {
        return column.equals("L") ? "latency" : "throughput";
    }

    private static Column number(String heading) {
        return Column.number(heading, heading, "", "");
    }

    private static String cycles(String format, double cycles) {
        return String.format(Locale.ROOT, format, cycles);
    }

    static String percent(String format, double share) {
        return String.format(Locale.ROOT, format, 100 * share);
    }
}
