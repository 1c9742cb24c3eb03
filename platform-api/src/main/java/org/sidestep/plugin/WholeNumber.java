package org.sidestep.plugin;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How users write whole numbers, in experiment files and options alike: decimal digits {@code 0} to {@code 9} without leading
 * zeros, {@code _} between digits where it helps, {@code -} in front. Other programs read {@code 010} as 8 or as 10, and
 * {@code 0x10} as 0 or as 16, so neither is a number here; nor are the digits of other scripts.
 */
public final class WholeNumber {

    private static final Pattern FORM = Pattern.compile("0|-?[1-9][0-9]*(_[0-9]+)*");

    private WholeNumber() {}

    /** What to add to a complaint about {@code text}: nothing if it is a whole number. */
    public static String hint(String text) {
        return parse(text).isPresent() ? "" : " (whole numbers are decimal, without leading zeros)";
    }

    /** The number that {@code text} is, or nothing if it is none or does not fit. */
    public static OptionalLong parse(String text) {
        if (!FORM.matcher(text).matches()) return OptionalLong.empty();
        try {
            return OptionalLong.of(Long.parseLong(text.replace("_", "")));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
