package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Part.Heading;
import org.sidestep.lab.report.Table.Mark;
import org.sidestep.lab.verify.VerdictSummary;

/** What is shown of a run, and in which order: computed once, then rendered. */
public final class Report {

    private Report() {}

    /** Tables for the terminal, as text. */
    public static String text(Results results) {
        List<Table> tables = new ArrayList<>();
        var groups = Group.byWorkload(results);
        groups.forEach((workload, group) -> tables.add(MatrixTable.of(results, workload, group)));
        groups.forEach((workload, group) ->
                new Sweeps(results, group).breakEvens(workload).ifPresent(tables::add));
        groups.forEach(
                (workload, group) -> AblationTables.of(results, workload, group).ifPresent(tables::add));
        ClaimTable.of(results.claims()).ifPresent(tables::add);
        SensitivityTables.medians(results).ifPresent(tables::add);
        SensitivityTables.claims(results).ifPresent(tables::add);
        return TextTable.of(tables);
    }

    /**
     * What the cycles of an interval were spent on, for the terminal.
     *
     * @param interval its name, or empty for the usual one
     */
    public static String bill(Results results, String interval) {
        List<Table> tables = new ArrayList<>();
        Group.byWorkload(results)
                .forEach((workload, group) ->
                        BillTables.of(results, group, interval).forEach(bill -> tables.add(bill.table(workload))));
        return TextTable.of(tables);
    }

    /** All that the page shows. */
    static List<Part> page(Results results) {
        List<Part> parts = new ArrayList<>();
        parts.add(Summary.of(results));
        Failures.of(results).table().ifPresent(table -> {
            parts.add(new Heading("Failed cells", Mark.BAD));
            parts.add(table);
        });
        ClaimTable.of(results.claims()).ifPresent(parts::add);
        VerdictTables.of(VerdictSummary.of(
                        List.copyOf(new LinkedHashSet<>(results.verdicts().values()))))
                .ifPresent(parts::add);
        SensitivityTables.claims(results).ifPresent(parts::add);
        SensitivityTables.medians(results).ifPresent(parts::add);
        Group.byWorkload(results).forEach((workload, group) -> {
            parts.add(new Heading(workload, Mark.NONE));
            parts.add(MatrixTable.of(results, workload, group));
            AblationTables.of(results, workload, group).ifPresent(parts::add);
            SensitivityTables.cells(results, group).ifPresent(parts::add);
            parts.addAll(new Sweeps(results, group).parts());
            Charts.oneWay(results, group).ifPresent(parts::add);
            for (BillTables bill : BillTables.of(results, group, "")) {
                parts.add(bill.table(workload));
                parts.add(bill.stack());
            }
            Charts.whoRuns(results, group).ifPresent(parts::add);
        });
        return parts;
    }

    /** The program and its plugins, in one line. */
    static String provenance(Results results) {
        return results.versions().entrySet().stream()
                .map(version -> version.getKey() + " " + version.getValue())
                .collect(Collectors.joining(" · "));
    }
}
