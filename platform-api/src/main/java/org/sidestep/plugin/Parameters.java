package org.sidestep.plugin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The checked parameter values of one extension in one cell: every declared parameter has a value. */
public final class Parameters {

    private final Map<String, Object> values;

    /** Is told the name of each value that is asked for, if anybody wants to know. */
    private final Optional<Consumer<String>> listener;

    private Parameters(Map<String, Object> values, Optional<Consumer<String>> listener) {
        this.values = Collections.unmodifiableMap(values);
        this.listener = listener;
    }

    /**
     * Defaults of {@code extension}, overridden by what an experiment file gives.
     *
     * @throws BadParameter if a name is unknown or a value is not allowed
     */
    public static Parameters of(Extension extension, Map<String, ?> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Parameter parameter : extension.parameters()) {
            Object value = given.get(parameter.name());
            values.put(
                    parameter.name(),
                    value == null ? parameter.defaultValue() : parameter.parse(extension.id(), value));
        }
        for (String name : given.keySet()) {
            if (!values.containsKey(name)) {
                throw new BadParameter(String.format(
                        Locale.ROOT,
                        "'%s' has no parameter '%s'%s",
                        extension.id(),
                        name,
                        Nearest.hint(name, values.keySet())));
            }
        }
        return new Parameters(values, Optional.empty());
    }

    /** The same values, for who must know which of them matter: tells {@code asked} the name of each that is asked for, in any order. */
    public Parameters telling(Consumer<String> asked) {
        return new Parameters(values, Optional.of(asked));
    }

    public static Parameters defaults(Extension extension) {
        return of(extension, Map.of());
    }

    /** Whether a parameter is declared. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    public int integer(String name) {
        return Math.toIntExact((Long) value(name));
    }

    public long longInteger(String name) {
        return (Long) value(name);
    }

    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    /** The value of a {@link Parameter.Type#TEXT}. */
    public String text(String name) {
        return (String) value(name);
    }

    public String choice(String name) {
        return (String) value(name);
    }

    /** All values in declaration order: {@code Long}, {@code Boolean} or {@code String}. */
    public Map<String, Object> asMap() {
        listener.ifPresent(asked -> values.keySet().forEach(asked));
        return values;
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) throw new IllegalArgumentException("undeclared parameter " + name);
        listener.ifPresent(asked -> asked.accept(name));
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameters parameters && values.equals(parameters.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
