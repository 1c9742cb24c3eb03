package org.sidestep.lab.report;

import java.util.List;
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
        List<Column> columns = List.of(
                Column.words("claim"),
                Column.words("lecture"),
                Column.prose("text"),
                Column.words("expect"),
                Column.number("measured", "measured", "", "In the unit of what is measured."),
                Column.words("passed", "", ""));
        return Optional.of(new Table(
                "claims",
                "claims",
                columns,
                claims.stream().map(ClaimTable::row).toList(),
                List.of()));
    }

    private static Row row(ClaimResult result) {
        return Table.row(
                result.claim().id(),
                Value.of(result.claim().id()),
                Value.of(String.join(" ", result.claim().lecture())),
                Value.of(result.claim().text()),
                Value.of(result.claim().expect().toString()),
                result.verdict().map(Value::of).orElseGet(() -> Value.of(result.measured(), result.reason())),
                Value.verdict(result.passed(), result.passed() ? "passed" : "FAILED"));
    }
}
