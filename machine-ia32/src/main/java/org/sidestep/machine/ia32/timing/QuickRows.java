package org.sidestep.machine.ia32.timing;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.sidestep.machine.Timing.Operands;

/** The rows of a data sheet for operands that a processor is quick with: named as the usual row, with a suffix. */
public final class QuickRows {

    private static final Operands[] KINDS = Operands.values();
    private static final String[] SUFFIXES = Arrays.stream(KINDS)
            .map(kind -> "." + kind.name().toLowerCase(Locale.ROOT))
            .toArray(String[]::new);

    private QuickRows() {}

    /**
     * What {@code make} makes of each suffix with which the sheet has a row, by the ordinal of the operands.
     *
     * @param timing the name of the usual row
     * @return null if there is no such row
     */
    public static <T> T[] of(String timing, Predicate<String> has, Function<String, T> make, IntFunction<T[]> array) {
        T[] rows = null;
        for (int kind = 0; kind < KINDS.length; kind++) {
            if (!has.test(timing + SUFFIXES[kind])) continue;
            if (rows == null) rows = array.apply(KINDS.length);
            rows[kind] = make.apply(SUFFIXES[kind]);
        }
        return rows;
    }
}
