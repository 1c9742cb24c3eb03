package org.sidestep.plugin;

import java.util.List;

/**
 * One parameter of an {@link Extension}, with its type, default and range.
 *
 * @param choices the allowed words of a {@link Type#CHOICE}, else empty
 * @param min the smallest allowed value of an {@link Type#INTEGER}
 * @param max the largest allowed value of an {@link Type#INTEGER}
 */
public record Parameter(
        String name, Type type, Object defaultValue, List<String> choices, long min, long max, String summary) {

    /** How a parameter is written in an experiment file. A {@link #FLAG} is {@code on} or {@code off}. */
    public enum Type {
        INTEGER,
        CHOICE,
        FLAG
    }

    public static Parameter integer(String name, long defaultValue, long min, long max, String summary) {
        return new Parameter(name, Type.INTEGER, defaultValue, List.of(), min, max, summary);
    }

    /** A word out of a fixed list; the first is the default. */
    public static Parameter choice(String name, String summary, String... choices) {
        return new Parameter(name, Type.CHOICE, choices[0], List.of(choices), 0, 0, summary);
    }

    public static Parameter flag(String name, boolean defaultValue, String summary) {
        return new Parameter(name, Type.FLAG, defaultValue, List.of("on", "off"), 0, 0, summary);
    }

    /** The range as a user reads it: {@code 0..63} or {@code int | sysenter}. */
    public String range() {
        return type == Type.INTEGER ? min + ".." + max : String.join(" | ", choices);
    }

    /**
     * The value that {@code given} (from YAML or {@code --set}) stands for.
     *
     * @throws BadParameter if it has the wrong type or is out of range
     */
    Object parse(String owner, Object given) {
        String text = String.valueOf(given);
        return switch (type) {
            case INTEGER -> parseInteger(owner, text);
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

    private Long parseInteger(String owner, String text) {
        long value;
        try {
            value = Long.decode(text.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new BadParameter(owner, this, text);
        }
        if (value < min || value > max) throw new BadParameter(owner, this, text);
        return value;
    }
}
