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

    private static final String MARKS = "MSDR";

    public Evidence {
        boolean marked = !source.isEmpty() && MARKS.indexOf(source.charAt(0)) >= 0 && standsAlone(source, 0);
        if (!marked || source.indexOf('\n') >= 0)
            throw new IllegalArgumentException("no mark of its source: " + source);
        if (low > high) throw new IllegalArgumentException("an empty bracket: " + low + ".." + high);
    }

    /** Whether measurements on the real part are among the sources: their mark may also stand further behind. */
    public static boolean isMeasured(String source) {
        for (int at = source.indexOf('M'); at >= 0; at = source.indexOf('M', at + 1)) {
            if (standsAlone(source, at)) return true;
        }
        return false;
    }

    /** Whether the letter there is a word by itself. Data sheets have thousands of marks: patterns would take longer. */
    private static boolean standsAlone(String text, int at) {
        return (at == 0 || !isInWords(text.charAt(at - 1)))
                && (at + 1 == text.length() || !isInWords(text.charAt(at + 1)));
    }

    private static boolean isInWords(char c) {
        return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }

    /** The bracket as a person reads it, empty for a number beyond doubt. */
    public String bracket() {
        return low == high ? "" : low + ".." + high;
    }
}
