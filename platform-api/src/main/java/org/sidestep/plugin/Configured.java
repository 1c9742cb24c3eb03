package org.sidestep.plugin;

import java.util.Map;

/** An extension together with its parameter values in one cell. */
public record Configured<E extends Extension>(E plugin, Parameters parameters) {

    public static <E extends Extension> Configured<E> defaults(E plugin) {
        return new Configured<>(plugin, Parameters.defaults(plugin));
    }

    public static <E extends Extension> Configured<E> of(E plugin, Map<String, ?> given) {
        return new Configured<>(plugin, Parameters.of(plugin, given));
    }
}
