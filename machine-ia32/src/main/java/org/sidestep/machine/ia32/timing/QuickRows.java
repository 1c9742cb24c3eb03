package org.sidestep.machine.ia32.timing;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.sidestep.machine.Timing.Operands;

/** The rows of a data sheet for operands that a processor is quick with: named as the usual row, with a suffix. */
public final class QuickRows {

    private QuickRows() {}

    /**
     * What {@code make} makes of each suffix with which the sheet has a row, by the ordinal of the operands.
     *
     * @param timing the name of the usual row
     * @return null if there is no such row
     */
    public static <T> T[] of(String timing, Predicate<String> has, Function<String, T> make, IntFunction<T[]> array) {
        T[] rows = null;
        for (Operands kind : Operands.values()) {
            String suffix = "." + kind.name().toLowerCase(Locale.ROOT);
            if (!has.test(timing + suffix)) continue;
            if (rows == null) rows = array.apply(Operands.values().length);
            rows[kind.ordinal()] = make.apply(suffix);
        }
        return rows;
    }
}
