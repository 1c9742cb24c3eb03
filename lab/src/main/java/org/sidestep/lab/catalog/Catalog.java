package org.sidestep.lab.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellText;
import org.sidestep.lab.BadInput;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Nearest;

/** All plugins that an experiment can name, by axis and id. */
public final class Catalog {

    private final Map<Axis<?>, SortedMap<String, Provider<?>>> providers = new LinkedHashMap<>();

    private final List<Path> directories = new ArrayList<>();

    Catalog() {
        for (Axis<?> axis : Axis.PLUGINS) providers.put(axis, new TreeMap<>());
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
            throw new BadInput(String.format(
                    Locale.ROOT, "there is no %s '%s'%s%s", axis, id, Nearest.hint(id, known.keySet()), places()));
        }
        return provider;
    }

    /**
     * The cell of that text.
     *
     * @throws BadInput if there is none
     */
    public Cell cell(String text) {
        try {
            return CellText.parse(text, (axis, id) -> find(axis, id).extension());
        } catch (BadParameter e) {
            throw new BadInput(String.format(Locale.ROOT, "cell '%s': %s", text, e.getMessage()), e);
        }
    }

    /**
     * One more processor, which no jar brings.
     *
     * @throws BadInput if its id is taken
     */
    public void addPart(CpuModel part, Origin origin) {
        add(Axis.CPU, part, origin);
    }

    void add(Axis<?> axis, Extension extension, Origin origin) {
        Provider<?> provider = new Provider<>(extension, origin);
        if (id(provider) == null || id(provider).isBlank()) {
            throw new BadInput(String.format(
                    Locale.ROOT, "%s: the %s plugin has no id; its id() must name it", describe(provider), axis));
        }
        Provider<?> other = providers.get(axis).putIfAbsent(extension.id(), provider);
        if (other != null) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "the %s '%s' is claimed twice: by %s and by %s",
                    axis,
                    extension.id(),
                    describe(other),
                    describe(provider)));
        }
    }

    private static String id(Provider<?> provider) {
        try {
            return provider.id();
        } catch (Throwable e) { // a plugin may throw anything
            throw new BadInput(describe(provider) + ": the plugin cannot say its id: " + Provider.message(e), e);
        }
    }

    /** Where plugins were looked for, at the end of a complaint that there is none of some id. */
    public String places() {
        return String.format(
                Locale.ROOT,
                " (looked in the class path%s)",
                directories.stream().map(directory -> " and " + directory).collect(Collectors.joining()));
    }

    /** Plugins are looked for in {@code directory}, too. */
    public void lookIn(Path directory) {
        directories.add(directory.toAbsolutePath().normalize());
    }

    private static String describe(Provider<?> provider) {
        return String.format(
                Locale.ROOT,
                "%s (%s)",
                provider.extension().getClass().getName(),
                provider.origin().place());
    }
}
