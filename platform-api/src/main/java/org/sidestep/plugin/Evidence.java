package org.sidestep.plugin;

import java.util.Locale;

/**
 * What stands behind a number of a data sheet.
 *
 * @param unit for example {@code cycles} or {@code entries}
 * @param source a mark and, where it helps, a remark: M measured on the real part, S a published figure, D derived from
 *     such figures, R textbook knowledge, not checked
 * @param low the smallest value that the sources leave open; equal to {@code high} for a number beyond doubt
 * @param high the greatest one
 */
public record Evidence(String unit, String source, Confidence confidence, long low, long high) {

    /** How far a result may be trusted that rests on the number. */
    public enum Confidence {
        HIGH,
        /** Several sources agree about the order of magnitude. */
        MEDIUM,
        /** An estimate: reports show what becomes of their results at both ends of its bracket. */
        LOW;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Evidence {
        if (!source.matches("[MSDR]\\b.*")) throw new IllegalArgumentException("no mark of its source: " + source);
        if (low > high) throw new IllegalArgumentException("an empty bracket: " + low + ".." + high);
    }

    /** The bracket as a person reads it, empty for a number beyond doubt. */
    public String bracket() {
        return low == high ? "" : low + ".." + high;
    }
}
