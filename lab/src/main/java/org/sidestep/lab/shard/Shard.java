package org.sidestep.lab.shard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Digest;
import org.sidestep.plugin.WholeNumber;

/**
 * A part of a matrix: the cells whose text has a certain hash. So it does not matter in which order the cells stand, and a cell
 * that is added moves no other.
 *
 * @param number from 1
 * @param of how many shards there are
 */
public record Shard(int number, int of) {

    /** More would be of no use: a task should have several cells. */
    private static final int MOST = 1_000_000;

    private static final Pattern FORM = Pattern.compile("([0-9_]+)/([0-9_]+)");

    /** Digits of a hash, in base 16, that a {@code long} holds. */
    private static final int DIGITS = 15;

    /**
     * Reads {@code I/N}.
     *
     * @throws BadInput if {@code text} is no shard
     */
    public static Shard parse(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches()) {
            OptionalLong number = WholeNumber.parse(form.group(1));
            OptionalLong of = WholeNumber.parse(form.group(2));
            if (number.isPresent()
                    && of.isPresent()
                    && 1 <= number.getAsLong()
                    && number.getAsLong() <= of.getAsLong()
                    && of.getAsLong() <= MOST) {
                return new Shard((int) number.getAsLong(), (int) of.getAsLong());
            }
        }
        throw new BadInput(String.format(
                Locale.ROOT, "--shard '%s' is no shard; write I/N with I from 1 to N, for example 3/20", text));
    }

    /** Those of {@code cells} that are in it, in the same order. */
    public List<Cell> select(List<Cell> cells) {
        return cells.stream().filter(cell -> number(cell, of) == number).toList();
    }

    /** In which of so many shards a cell is. */
    public static int number(Cell cell, int of) {
        return number(cell.text(), of);
    }

    /** The same of a part of other work than a matrix, which this text names. */
    public static int number(String text, int of) {
        return (int) (Long.parseLong(digest(text).substring(0, DIGITS), 16) % of) + 1;
    }

    /** Whether a part of other work than a matrix is in it, which this text names. */
    public boolean has(String text) {
        return number(text, of) == number;
    }

    static String digest(Cell cell) {
        return digest(cell.text());
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return number + "/" + of;
    }
}
