package org.sidestep.lab.report;

import java.util.List;
import org.sidestep.lab.calibrate.CrossValidation;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;

/** How well each half of the mnemonics predicts the other. */
final class CrossValidationTable {

    private static final String NOTE =
            "Shares of figures within 10 %: with the data sheet; with figures of classes that the"
                    + " row's own half of the mnemonics has fitted; with those that the other half has. Left out: figures of rows"
                    + " that no figure of a class moves by itself, or one that no row of the other half moves.";

    private CrossValidationTable() {}

    static Table of(List<CrossValidation> validations) {
        List<Row> rows = validations.stream()
                .map(validation -> Table.row(
                        validation.model() + " " + validation.seed(),
                        Value.of(validation.model()),
                        Value.of(validation.seed()),
                        Value.of(validation.figures()),
                        Value.of(validation.rows()),
                        Value.of(validation.outside()),
                        Value.of(CalibrationTables.percent("%.1f %%", validation.sheet())),
                        Value.of(CalibrationTables.percent("%.1f %%", validation.fitted())),
                        Value.of(CalibrationTables.percent("%.1f %%", validation.judged())),
                        Value.of(CalibrationTables.percent("%+.1f", validation.gap() / 100))))
                .toList();
        return new Table(
                "cross-validation",
                "Each half of the mnemonics predicted by the other",
                List.of(
                        Column.words("model"),
                        number("seed"),
                        number("fitted"),
                        number("judged figures"),
                        number("left out"),
                        number("data sheet"),
                        number("own half"),
                        number("other half"),
                        number("points between")),
                rows,
                List.of(NOTE));
    }

    private static Column number(String heading) {
        return Column.number(heading, heading, "", "");
    }
}
