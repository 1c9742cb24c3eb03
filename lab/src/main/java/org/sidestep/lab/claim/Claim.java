package org.sidestep.lab.claim;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that the results must show. The measured value of a cell is {@code (measure - minus) / dividedBy}.
 *
 * @param lecture the statements it reproduces
 * @param measure a metric's full dotted name, {@link #VERDICT}, or a {@link BreakEven}, which is where {@code minus} costs as much
 * @param where the cells it is about
 * @param over how the values of several cells become one
 */
public record Claim(
        String id,
        String text,
        List<String> lecture,
        String measure,
        Selection where,
        Over over,
        Optional<Counterpart> minus,
        Optional<Counterpart> dividedBy,
        Expectation expect) {

    /** What is measured if not a metric: whether the cell's policy passed verification. */
    public static final String VERDICT = "verdict";

    /** Whether it rests on a verdict, not on a metric. */
    public boolean isVerdict() {
        return measure.equals(VERDICT);
    }

    /** Those that the value of a cell is compared with. */
    public List<Counterpart> counterparts() {
        return Stream.concat(minus.stream(), dividedBy.stream()).toList();
    }

    /** How many cells become one value. */
    public enum Over {
        /** There is exactly one cell. */
        ONE,
        /** The greatest value counts. */
        MAX,
        /** The smallest value counts. */
        MIN,
        /** Each value counts; the one shown is the worst. */
        EACH
    }

    /** The value of another cell, which differs from the claim's only in {@code where}. */
    public record Counterpart(String measure, Selection where) {}
}
