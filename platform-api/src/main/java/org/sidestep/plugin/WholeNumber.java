package org.sidestep.plugin;

import java.util.OptionalLong;

/**
 * How users write whole numbers, in experiment files and options alike: decimal digits {@code 0} to {@code 9} without leading
 * zeros, {@code _} between digits where it helps, {@code -} in front. Other programs read {@code 010} as 8 or as 10, and
 * {@code 0x10} as 0 or as 16, so neither is a number here; nor are the digits of other scripts.
 */
public final class WholeNumber {

    private WholeNumber() {}

    /** What to add to a complaint about {@code text}: nothing if it is a whole number. */
    public static String hint(String text) {
        return parse(text).isPresent() ? "" : " (whole numbers are decimal, without leading zeros)";
    }

    /** The number that {@code text} is, or nothing if it is none or does not fit. */
    public static OptionalLong parse(String text) {
        if (!isOne(text)) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether it has the form of one; a pattern would take longer, and sheets have hundreds of numbers. */
    private static boolean isOne(String text) {
        if (text.equals("0")) return true;
        int first = text.startsWith("-") ? 1 : 0;
        if (first == text.length() || text.charAt(first) == '0') return false;
        boolean digit = false;
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '_' && !digit) return false;
            digit = c != '_';
            if (digit && (c < '0' || c > '9')) return false;
        }
        return digit;
    }
}
