package org.sidestep.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** An extension together with its parameter values in one cell. */
public record Configured<E extends Extension>(E plugin, Parameters parameters) {

    /**
     * Checks that the values go together.
     *
     * @throws BadParameter if they do not
     */
    public Configured {
        plugin.check(parameters);
    }

    public static <E extends Extension> Configured<E> defaults(E plugin) {
        return new Configured<>(plugin, Parameters.defaults(plugin));
    }

    public static <E extends Extension> Configured<E> of(E plugin, Map<String, ?> given) {
        return new Configured<>(plugin, Parameters.of(plugin, given));
    }

    /** The declared parameters, without figures and ablations that have their default. */
    public Map<String, Object> chosen() {
        Map<String, Object> chosen = new LinkedHashMap<>();
        Map<String, Object> values = parameters.asMap();
        for (Parameter parameter : plugin.parameters()) {
            Object value = values.get(parameter.name());
            boolean changed = !value.equals(parameter.defaultValue());
            if (changed || parameter.kind() == Parameter.Kind.SETTING) chosen.put(parameter.name(), value);
        }
        return chosen;
    }

    /** The same; {@code asked} is told which values are asked for ({@link Parameters#telling}). */
    public Configured<E> telling(Consumer<String> asked) {
        return new Configured<>(plugin, parameters.telling(asked));
    }

    /** The same plugin with one value changed. */
    public Configured<E> with(String parameter, Object value) {
        Map<String, Object> values = new LinkedHashMap<>(parameters.asMap());
        values.put(parameter, value);
        return of(plugin, values);
    }
}
