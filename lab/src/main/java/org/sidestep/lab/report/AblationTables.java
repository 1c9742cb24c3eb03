package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Contributions;
import org.sidestep.lab.variant.Headline;

/** What each mechanism contributes to the cells of one workload. */
final class AblationTables {

    private AblationTables() {}

    /** Nothing if no mechanism was taken from any of the cells. */
    static Optional<Table> of(Results results, String workload, Group group) {
        Contributions contributions = results.contributions();
        List<Cell> shown = group.cells().stream().filter(contributions::known).toList();
        if (shown.isEmpty()) return Optional.empty();
        Group ablated = new Group(shown);
        List<Column> columns = new ArrayList<>(ablated.columns());
        columns.add(Column.number("as is", "as is", "cycles", "The median with all mechanisms."));
        for (String mechanism : contributions.mechanisms()) {
            columns.add(Column.number(mechanism, mechanism, "cycles", "What goes away when it is perfect."));
        }
        List<Row> rows = new ArrayList<>();
        for (Cell cell : ablated.cells()) {
            List<Value> values = new ArrayList<>(ablated.place(cell));
            values.add(Value.of(Headline.value(results.first().get(cell))));
            for (String mechanism : contributions.mechanisms()) {
                values.add(Value.of(contributions.of(cell, mechanism)));
            }
            rows.add(Table.row(cell.text(), values));
        }
        String title = workload + ": cycles that each mechanism contributes to the median";
        return Optional.of(new Table("ablations", title, columns, rows, List.of()));
    }
}
