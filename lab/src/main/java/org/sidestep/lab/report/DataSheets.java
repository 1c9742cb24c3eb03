package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameter.Kind;

/** A plugin's figures as the data sheet of a part, and the mechanisms that it can be seen without. */
public final class DataSheets {

    private static final List<Column> FIGURES = List.of(
            Column.words("figure"),
            Column.words("what"),
            Column.words("unit"),
            Column.number("value", "value", "", ""),
            Column.number("bracket", "bracket", "", "Between which it lies."),
            Column.words("confidence"),
            Column.words("source"));

    private static final String SOURCES =
            "source: M measured, S published, D derived from such, R textbook knowledge or an estimate";

    private DataSheets() {}

    /** Empty if the plugin has no figures. */
    public static String of(Extension extension) {
        List<Row> figures = new ArrayList<>();
        List<Row> switches = new ArrayList<>();
        for (Parameter parameter : extension.parameters()) {
            parameter.evidence().ifPresent(evidence -> figures.add(row(parameter, evidence)));
            if (parameter.kind() == Kind.ABLATION) {
                switches.add(Table.row(parameter.name(), Value.of(parameter.name()), Value.of(parameter.summary())));
            }
        }
        if (figures.isEmpty()) return "";
        List<Table> tables = new ArrayList<>(List.of(new Table("figures", "", FIGURES, figures, List.of(SOURCES))));
        if (!switches.isEmpty()) {
            List<Column> columns = List.of(Column.words("switch"), Column.words("effect"));
            tables.add(new Table("switches", "", columns, switches, List.of()));
        }
        return TextTable.of(tables);
    }

    private static Row row(Parameter parameter, Evidence evidence) {
        return Table.row(
                parameter.name(),
                Value.of(parameter.name()),
                Value.of(parameter.summary()),
                Value.of(evidence.unit()),
                Value.of(Cell.text(parameter.defaultValue())),
                Value.of(evidence.bracket()),
                Value.of(evidence.confidence().toString()),
                Value.of(evidence.source()));
    }
}
