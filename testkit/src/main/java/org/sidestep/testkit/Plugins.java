package org.sidestep.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.sidestep.experiment.Axis;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Nearest;

/** The plugins on the class path of a test. */
public final class Plugins {

    private Plugins() {}

    /** All plugins of one kind by id, in class path order. */
    public static <E extends Extension> Map<String, E> all(Axis<E> axis) {
        Map<String, E> found = new LinkedHashMap<>();
        for (E plugin : ServiceLoader.load(axis.spi(), Plugins.class.getClassLoader())) found.put(plugin.id(), plugin);
        return found;
    }

    /**
     * The plugin of that id.
     *
     * @throws IllegalArgumentException if there is none, naming those there are
     */
    public static <E extends Extension> E find(Axis<E> axis, String id) {
        Map<String, E> found = all(axis);
        E plugin = found.get(id);
        if (plugin == null) {
            throw new IllegalArgumentException(
                    "no " + axis + " '" + id + "' on the class path" + Nearest.hint(id, found.keySet()));
        }
        return plugin;
    }
}
