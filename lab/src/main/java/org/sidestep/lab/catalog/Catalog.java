package org.sidestep.lab.catalog;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Nearest;

/** All plugins that an experiment can name, by axis and id. */
public final class Catalog {

    private final Map<Axis<?>, SortedMap<String, Provider<?>>> providers = new LinkedHashMap<>();

    Catalog() {
        for (Axis<?> axis : Axis.ALL) providers.put(axis, new TreeMap<>());
    }

    /** The plugins of one axis, by id. */
    public Collection<Provider<?>> on(Axis<?> axis) {
        return Collections.unmodifiableCollection(providers.get(axis).values());
    }

    /**
     * The plugin of that id.
     *
     * @throws BadInput if there is none
     */
    public Provider<?> find(Axis<?> axis, String id) {
        SortedMap<String, Provider<?>> known = providers.get(axis);
        Provider<?> provider = known.get(id);
        if (provider == null) {
            throw new BadInput("there is no %s '%s'%s".formatted(axis, id, Nearest.hint(id, known.keySet())));
        }
        return provider;
    }

    void add(Axis<?> axis, Extension extension, Origin origin) {
        Provider<?> provider = new Provider<>(extension, origin);
        Provider<?> other = providers.get(axis).putIfAbsent(extension.id(), provider);
        if (other != null) {
            throw new BadInput("the %s '%s' is claimed twice: by %s and by %s"
                    .formatted(axis, extension.id(), describe(other), describe(provider)));
        }
    }

    private static String describe(Provider<?> provider) {
        return "%s (%s)"
                .formatted(
                        provider.extension().getClass().getName(),
                        provider.origin().place());
    }
}
