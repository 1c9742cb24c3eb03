package org.sidestep.lab.calibrate;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Rules for figures that are left out, because what the row's name says does not tell what was measured. */
public enum Unclear {
    ADDRESS(
            "a load of a general register and a store: the next load's address may come from either, or from none",
            (row, column) -> row.matches("MOV r\\d+, ?\\[m.*\\+ ?MOV .*")),
    PAIR(
            "of a load and a store, only the latency: independent ones are measured faster than their stores alone",
            (row, column) -> column.equals("T") && Notation.isPair(row));

    private final String reason;
    private final BiPredicate<String, String> holds;

    Unclear(String reason, BiPredicate<String, String> holds) {
        this.reason = reason;
        this.holds = holds;
    }

    /** The first rule that leaves a figure out. */
    static Optional<Unclear> of(String row, String column) {
        return Arrays.stream(values())
                .filter(rule -> rule.holds.test(row, column))
                .findFirst();
    }

    /** The reason. */
    @Override
    public String toString() {
        return reason;
    }
}
