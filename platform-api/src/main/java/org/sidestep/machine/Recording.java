package org.sidestep.machine;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * All inputs of a run. As text it has a line for each, and says what state the machine was in before the first and behind
 * the last:
 *
 * <pre>
 * sidestep recording 1
 * start 5d0c3a1ff00e8a21
 * at 1000 2417 3 keys 6c730a
 * at 5000 9120 3 pulse 1
 * end 80000 163204 17 0f83a5be21c4d970
 * </pre>
 *
 * The numbers are those of a {@link Moment}, states are hashes ({@link Debugger#hash()}), and
 * characters stand in hex.
 *
 * @param start the state before
 * @param entries in the order in which they came
 * @param end where the recording ends
 * @param result the state there
 */
public record Recording(long start, List<Entry> entries, Moment end, long result) {
    private static final String TITLE = "sidestep recording 1";

    public Recording {
        entries = List.copyOf(entries);
    }

    /** An input and when it comes. */
    public record Entry(Moment moment, Input input) {}

    public String text() {
        StringBuilder text = new StringBuilder(TITLE).append('\n');
        text.append("start ").append(HexFormat.of().toHexDigits(start)).append('\n');
        for (Entry entry : entries) {
            text.append("at ")
                    .append(text(entry.moment))
                    .append(' ')
                    .append(text(entry.input))
                    .append('\n');
        }
        return text.append("end ")
                .append(text(end))
                .append(' ')
                .append(HexFormat.of().toHexDigits(result))
                .append('\n')
                .toString();
    }

    private static String text(Moment moment) {
        return String.format(Locale.ROOT, "%d %d %d", moment.instructions(), moment.cycles(), moment.deliveries());
    }

    private static String text(Input input) {
        if (input instanceof Input.Keys keys) return "keys " + keys.characters();
        if (input instanceof Input.Serial serial) return "serial " + serial.characters();
        if (input instanceof Input.Pulse pulse) return "pulse " + pulse.irq();
        throw new IllegalArgumentException("no input of a recording: " + input);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if the text is no recording; the message names the line
     */
    public static Recording parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(TITLE)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "line 1: a recording begins with '%s'", TITLE));
        }
        List<Entry> entries = new ArrayList<>();
        long start = 0;
        for (int i = 1; i < lines.size(); i++) {
            String[] words = lines.get(i).split(" ", -1);
            try {
                if (i == 1) start = HexFormat.fromHexDigitsToLong(only("start", words, 2)[1]);
                else if (words[0].equals("end")) {
                    only("end", words, 5);
                    if (i != lines.size() - 1) throw new IllegalArgumentException("nothing follows the end");
                    return new Recording(start, entries, moment(words), HexFormat.fromHexDigitsToLong(words[4]));
                } else entries.add(new Entry(moment(only("at", words, 6)), input(words[4], words[5])));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "line %d: %s", i + 1, e.getMessage()), e);
            }
        }
        throw new IllegalArgumentException(
                String.format(Locale.ROOT, "line %d: the recording has no end", lines.size()));
    }

    private static String[] only(String first, String[] words, int count) {
        if (words.length == count && words[0].equals(first)) return words;
        throw new IllegalArgumentException(
                String.format(Locale.ROOT, "expected '%s' and %d more words", first, count - 1));
    }

    private static Moment moment(String[] words) {
        return new Moment(number(words[1]), number(words[2]), number(words[3]));
    }

    private static long number(String word) {
        try {
            long number = Long.parseLong(word);
            if (number >= 0) return number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "'%s' is no count", word), e);
        }
        throw new IllegalArgumentException(String.format(Locale.ROOT, "'%s' is no count", word));
    }

    private static Input input(String kind, String value) {
        return switch (kind) {
            case "keys" -> Input.Keys.of(HexFormat.of().parseHex(value));
            case "serial" -> Input.Serial.of(HexFormat.of().parseHex(value));
            case "pulse" -> pulse(number(value));
            default -> throw new IllegalArgumentException(String.format(Locale.ROOT, "there is no input '%s'", kind));
        };
    }

    private static Input pulse(long irq) {
        if (irq > 15) throw new IllegalArgumentException("there is no interrupt request line " + irq);
        return new Input.Pulse((int) irq);
    }
}
