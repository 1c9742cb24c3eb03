package org.sidestep.plugin;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.sidestep.plugin.Evidence.Confidence;

/**
 * One parameter of an {@link Extension}, with its type, default and range.
 *
 * @param choices the allowed words of a {@link Type#CHOICE}, else empty
 * @param min the smallest allowed value of an {@link Type#INTEGER}
 * @param max the largest allowed value of an {@link Type#INTEGER}
 * @param evidence for a {@link Kind#FIGURE}: what stands behind its default
 */
public record Parameter(
        String name,
        Kind kind,
        Type type,
        Object defaultValue,
        List<String> choices,
        long min,
        long max,
        String summary,
        Optional<Evidence> evidence) {

    /** What a parameter is for. Only settings are part of every cell's coordinates; the others are where they were changed. */
    public enum Kind {
        /** Something that a researcher chooses. */
        SETTING,
        /** A number of a real part's data sheet. */
        FIGURE,
        /** Makes one mechanism of a CPU model perfect, to see what it contributes. */
        ABLATION
    }

    /** What the names of all ablations begin with. */
    public static final String ABLATE = "ablate.";

    /** How a parameter is written in an experiment file. A {@link #FLAG} is {@code on} or {@code off}; a {@link #TEXT} is a line. */
    public enum Type {
        INTEGER,
        CHOICE,
        FLAG,
        TEXT
    }

    public static Parameter integer(String name, long defaultValue, long min, long max, String summary) {
        return new Parameter(
                name, Kind.SETTING, Type.INTEGER, defaultValue, List.of(), min, max, summary, Optional.empty());
    }

    /** A word out of a fixed list; the first is the default. */
    public static Parameter choice(String name, String summary, String... choices) {
        return new Parameter(
                name, Kind.SETTING, Type.CHOICE, choices[0], List.of(choices), 0, 0, summary, Optional.empty());
    }

    /** Any line of text, such as the name of a file. */
    public static Parameter text(String name, String defaultValue, String summary) {
        return new Parameter(name, Kind.SETTING, Type.TEXT, defaultValue, List.of(), 0, 0, summary, Optional.empty());
    }

    public static Parameter flag(String name, boolean defaultValue, String summary) {
        return onOff(name, Kind.SETTING, defaultValue, summary);
    }

    /** The switch {@code ablate.<mechanism>}, off by default. */
    public static Parameter ablation(String mechanism, String summary) {
        return onOff(ABLATE + mechanism, Kind.ABLATION, false, summary);
    }

    private static Parameter onOff(String name, Kind kind, boolean defaultValue, String summary) {
        return new Parameter(
                name, kind, Type.FLAG, defaultValue, List.of("on", "off"), 0, 0, summary, Optional.empty());
    }

    /** A number beyond doubt of a data sheet; {@code min..max} is what may be tried, not what is likely. */
    public static Parameter figure(
            String name, String unit, long value, long min, long max, String source, String summary) {
        return figure(name, value, min, max, new Evidence(unit, source, Confidence.HIGH, value, value), summary);
    }

    /** A number of a data sheet; {@code min..max} is what may be tried, the bracket of the evidence what is likely. */
    public static Parameter figure(String name, long value, long min, long max, Evidence evidence, String summary) {
        if (value < evidence.low() || value > evidence.high()) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "%s: %d is not in %s", name, value, evidence.bracket()));
        }
        return new Parameter(
                name, Kind.FIGURE, Type.INTEGER, value, List.of(), min, max, summary, Optional.of(evidence));
    }

    /** Whether results depend on a number that is only an estimate. */
    public boolean isDoubtful() {
        return evidence.map(e -> e.confidence() == Confidence.LOW).orElse(false);
    }

    /** The range as a user reads it: {@code 0..63} or {@code int | sysenter}. */
    public String range() {
        return switch (type) {
            case INTEGER -> min + ".." + max;
            case TEXT -> "a line of text";
            default -> String.join(" | ", choices);
        };
    }

    /**
     * The value that {@code given} (from YAML or {@code --set}) stands for.
     *
     * @throws BadParameter if it has the wrong type or is out of range
     */
    Object parse(String owner, Object given) {
        if (type == Type.INTEGER) return parseInteger(owner, given);
        String text = String.valueOf(given);
        return switch (type) {
            case INTEGER -> throw new AssertionError(type);
            case TEXT -> {
                if (text.chars().anyMatch(Character::isISOControl)) throw new BadParameter(owner, this, text);
                yield text;
            }
            case CHOICE -> {
                if (!choices.contains(text)) throw new BadParameter(owner, this, text);
                yield text;
            }
            case FLAG ->
                switch (text) {
                    case "on", "true" -> true;
                    case "off", "false" -> false;
                    default -> throw new BadParameter(owner, this, text);
                };
        };
    }

    private Long parseInteger(String owner, Object given) {
        String text = String.valueOf(given);
        OptionalLong value = given instanceof Long number ? OptionalLong.of(number) : WholeNumber.parse(text);
        if (value.isEmpty() || value.getAsLong() < min || value.getAsLong() > max) {
            throw new BadParameter(owner, this, text);
        }
        return value.getAsLong();
    }
}
