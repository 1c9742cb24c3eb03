package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.lab.compare.ResultsDiff;
import org.sidestep.lab.compare.ResultsDiff.Change;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Headline;

/** What changed from one result to another, for the terminal. */
public final class DiffTables {

    private DiffTables() {}

    /** @param all each metric that has changed; else of each cell what matters most, and how many more */
    public static String text(ResultsDiff diff, boolean all) {
        StringBuilder text = new StringBuilder();
        diff.settings().forEach(setting -> text.append(setting).append(" in all cells\n"));
        if (!diff.changes().isEmpty()) text.append(TextTable.of(changes(diff.changes(), all)));
        diff.claims().forEach((id, change) -> text.append(String.format(Locale.ROOT, "claim %s: %s\n", id, change)));
        diff.missing().forEach(cell -> text.append(cell).append('\n'));
        long changed = diff.changes().stream().map(Change::cell).distinct().count();
        return text.append(String.format(
                        Locale.ROOT,
                        "%d cells changed, %d did not; %d medians moved within the spread of their samples\n",
                        changed,
                        diff.same(),
                        diff.withinSpread()))
                .toString();
    }

    private static Table changes(List<Change> changes, boolean all) {
        Map<String, List<Change>> byCell = new LinkedHashMap<>();
        changes.forEach(change ->
                byCell.computeIfAbsent(change.cell(), cell -> new ArrayList<>()).add(change));
        List<Row> rows = new ArrayList<>();
        byCell.forEach((cell, of) -> {
            List<Change> shown =
                    all ? of : of.stream().filter(DiffTables::matters).toList();
            if (shown.isEmpty()) shown = of.subList(0, 1);
            int more = of.size() - shown.size();
            for (Change change : shown) rows.add(row(change));
            if (more > 0) rows.add(row(new Change(cell, more + " more (--all)", "", "", 0, "")));
        });
        List<Column> columns = List.of(
                Column.prose("cell"),
                Column.words("what"),
                Column.number("before", "before", "", ""),
                Column.number("after", "after", "", ""),
                Column.number("change", "change", "%", ""),
                Column.prose("causes"));
        return new Table("diff", "", columns, rows, List.of());
    }

    /** Medians of intervals, outcomes, and the whole where there is nothing else. */
    private static boolean matters(Change change) {
        return change.what().equals("status") || change.what().endsWith(".median") || Headline.isOne(change.what());
    }

    private static Row row(Change change) {
        String relative = change.relative() == 0 ? "" : String.format(Locale.ROOT, "%+.2f %%", change.relative() * 100);
        return Table.row(
                change.cell() + " " + change.what(),
                Value.of(change.cell()),
                Value.of(change.what()),
                Value.of(change.before()),
                Value.of(change.after()),
                Value.of(relative),
                Value.of(change.causes()));
    }
}
