package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sidestep.lab.claim.ClaimResult;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;

/** What became of the claims. */
final class ClaimTable {

    private ClaimTable() {}

    /** Nothing if there are none. */
    static Optional<Table> of(List<ClaimResult> claims) {
        if (claims.isEmpty()) return Optional.empty();
        boolean layouts = claims.stream().anyMatch(claim -> claim.layouts().isPresent());
        List<Column> columns = new ArrayList<>(List.of(
                Column.words("claim"),
                Column.words("lecture"),
                Column.prose("text"),
                Column.words("expect"),
                Column.number("measured", "measured", "", "In the unit of what is measured.")));
        if (layouts) columns.add(Spreads.COLUMN);
        columns.add(Column.words("passed", "", ""));
        List<Row> rows = claims.stream().map(claim -> row(claim, layouts)).toList();
        return Optional.of(new Table("claims", "claims", columns, rows, List.of()));
    }

    private static Row row(ClaimResult result, boolean layouts) {
        List<Value> values = new ArrayList<>(List.of(
                Value.of(result.claim().id()),
                Value.of(String.join(" ", result.claim().lecture())),
                Value.of(result.claim().text()),
                Value.of(result.claim().expect().toString()),
                result.verdict().map(Value::of).orElseGet(() -> Value.of(result.measured(), result.reason()))));
        if (layouts) {
            values.add(result.layouts()
                    .map(at -> Value.of(Spreads.text(at.spread())))
                    .orElse(Value.NONE));
        }
        values.add(new Value(outcome(result), result.passed() ? Table.Mark.GOOD : Table.Mark.BAD, result.reason()));
        return Table.row(result.claim().id(), values);
    }

    private static String outcome(ClaimResult result) {
        String word = result.passed() ? "passed" : "FAILED";
        if (result.layouts().isEmpty()) return word;
        String at = String.format(
                Locale.ROOT, "%s: holds at %s", word, result.layouts().get());
        return result.hidesDifference() ? at + "; difference " + Spreads.NOT_SHOWN : at;
    }
}
