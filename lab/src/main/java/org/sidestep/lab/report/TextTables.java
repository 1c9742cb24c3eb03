package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.claim.ClaimResult;

/** Results for the terminal: a table per workload with a row per policy, and the claims. */
public final class TextTables {

    /** Column heading to metric; a column that no cell of the table has is left out. */
    private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("one-way", "oneway.cycles.median");
        COLUMNS.put("p99", "oneway.cycles.p99");
        COLUMNS.put("round trip", "roundtrip.cycles.median");
        COLUMNS.put("kernel IPCs/round", "ipc.kernel.per-round");
        COLUMNS.put("user IPCs/round", "ipc.user.per-round");
        COLUMNS.put("fix-ups", "fixup.count");
        COLUMNS.put("fix-up", "fixup.cycles.median");
        COLUMNS.put("mispredictions", "branch.mispredictions");
    }

    private final Results results;
    private final Floor floor;
    private final StringBuilder text = new StringBuilder();

    private TextTables(Results results) {
        this.results = results;
        this.floor = new Floor(results);
    }

    public static String of(Results results) {
        TextTables tables = new TextTables(results);
        results.byWorkload().forEach(tables::workload);
        tables.text.append(new AblationTables(results).text());
        if (!results.claims().isEmpty()) tables.claims();
        return tables.text.append(SensitivityTables.of(results)).toString();
    }

    private void workload(String workload, List<Cell> cells) {
        List<Cell> compared =
                cells.stream().filter(cell -> !Floor.isFloor(cell)).toList();
        List<Cell> shown = Results.byVariant(compared.isEmpty() ? cells : compared);
        List<String> coordinates = Results.distinguishing(shown);
        Map<String, String> columns = new LinkedHashMap<>(COLUMNS);
        columns.values()
                .removeIf(metric ->
                        cells.stream().noneMatch(cell -> results.metrics(cell).containsKey(metric)));

        List<String> headings = new ArrayList<>();
        coordinates.forEach(name -> headings.add(Results.heading(name, Axis.WORKLOAD)));
        headings.addAll(columns.keySet());
        headings.addAll(List.of("floor", "status"));
        List<List<String>> rows = new ArrayList<>();
        for (Cell cell : shown) {
            List<String> row = new ArrayList<>();
            coordinates.forEach(name -> row.add(cell.coordinate(name).orElse("")));
            columns.values().forEach(metric -> row.add(number(cell, metric)));
            row.addAll(List.of(floor.oneWay(cell).map(Numbers::text).orElse(""), outcome(cell)));
            rows.add(row);
        }
        text.append('\n').append(workload).append(" (cycles, median)\n");
        table(headings, rows, coordinates.size());
    }

    private String outcome(Cell cell) {
        CellResult result = results.cells().get(cell);
        return result.ok() ? "ok" : result.status() + ": " + result.shortReason();
    }

    private void claims() {
        List<List<String>> rows = new ArrayList<>();
        for (ClaimResult claim : results.claims()) {
            String measured =
                    claim.measured().isPresent() ? Numbers.text(claim.measured().getAsDouble()) : claim.reason();
            rows.add(List.of(
                    claim.claim().id(),
                    String.join(" ", claim.claim().lecture()),
                    claim.claim().text(),
                    claim.claim().expect().toString(),
                    measured,
                    claim.passed() ? "passed" : "FAILED"));
        }
        text.append("\nclaims\n");
        table(List.of("claim", "lecture", "text", "expect", "measured", ""), rows, 4);
    }

    private void table(List<String> headings, List<List<String>> rows, int leftAligned) {
        text.append(TextTable.of(headings, rows, leftAligned));
    }

    /** What was measured; where nothing was, why: an empty place is a metric that the cell has no use for. */
    private String number(Cell cell, String metric) {
        CellResult result = results.cells().get(cell);
        if (!result.ok()) return result.status().toString();
        Double value = results.metrics(cell).get(metric);
        return value == null ? "" : Numbers.text(value);
    }
}
