package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.experiment.CellResult.Status;
import org.sidestep.lab.matrix.Results;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.variant.Doubt;
import org.sidestep.lab.variant.VariantOutcome;

/** The cells of a run, and the variants of cells, that should have given numbers and gave none. */
public final class Failures {

    /**
     * One of them.
     *
     * @param variant what distinguishes it from the cell, empty for the cell itself
     */
    private record Failure(Cell cell, String variant, CellResult result) {}

    private final List<Failure> failures = new ArrayList<>();
    private final List<String> coordinates;

    private Failures(Results results) {
        List<Cell> cells = List.copyOf(results.cells().keySet());
        Set<String> shown = new LinkedHashSet<>(List.of(Axis.WORKLOAD.name(), Axis.IPC.name()));
        shown.addAll(Group.varying(cells));
        coordinates = List.copyOf(shown);
        results.cells().forEach((cell, result) -> add(cell, "", result));
        for (VariantOutcome outcome : results.ablations()) {
            add(outcome.variant().of(), "without " + outcome.variant().name(), outcome.result());
        }
        results.doubts().forEach((cell, doubts) -> {
            for (Doubt doubt : doubts) {
                add(cell, doubt.figure().name() + " at low", doubt.low());
                add(cell, doubt.figure().name() + " at high", doubt.high());
            }
        });
    }

    public static Failures of(Results results) {
        return new Failures(results);
    }

    private void add(Cell cell, String variant, CellResult result) {
        if (!result.ok() && result.status() != Status.NOT_APPLICABLE) failures.add(new Failure(cell, variant, result));
    }

    public boolean none() {
        return failures.isEmpty();
    }

    /** A row each; nothing if nothing failed. */
    Optional<Table> table() {
        if (none()) return Optional.empty();
        List<Column> columns = List.of(Column.prose("cell"), Column.words("status"), Column.prose("reason"));
        List<Table.Row> rows = failures.stream()
                .map(failure -> Table.row(
                        failure.cell().text(),
                        Value.of(place(failure)),
                        Value.verdict(false, failure.result().status().toString()),
                        Value.of(failure.result().reason())))
                .toList();
        return Optional.of(new Table("failures", "", columns, rows, List.of()));
    }

    /** Where a failed cell lies among the others. */
    private String place(Failure failure) {
        String place = coordinates.stream()
                .filter(name -> failure.cell().coordinate(name).isPresent())
                .map(name -> name + "=" + failure.cell().coordinate(name).get())
                .collect(Collectors.joining(" "));
        return failure.variant().isEmpty() ? place : place + ", " + failure.variant();
    }

    /** For the end of the terminal's output: a line each; empty if nothing failed. */
    public String text() {
        if (none()) return "";
        String head = failures.size() == 1 ? "1 cell FAILED" : failures.size() + " cells FAILED";
        return failures.stream()
                .map(failure -> "  " + place(failure) + ": " + failure.result().status() + ": "
                        + failure.result().shortReason() + "\n")
                .collect(Collectors.joining("", "\n" + head + "\n", ""));
    }
}
