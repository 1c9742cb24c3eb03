package org.sidestep.lab.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellText;
import org.sidestep.lab.BadInput;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Nearest;

/**
 * All plugins that an experiment can name, by axis and id. Those of the class path are made when the first of their axis is
 * asked for, and a file that describes one is read when that one is: most commands need few of them.
 */
public final class Catalog {

    private final Function<Axis<?>, List<Provider<?>>> classPath;

    private final Map<Axis<?>, SortedMap<String, Supplier<Provider<?>>>> known = new HashMap<>();

    private final List<Path> directories = new ArrayList<>();

    /** @param classPath the plugins of an axis that are on the class path */
    Catalog(Function<Axis<?>, List<Provider<?>>> classPath) {
        this.classPath = classPath;
    }

    /** The plugins of one axis, by id. */
    public synchronized Collection<Provider<?>> on(Axis<?> axis) {
        List<Provider<?>> all = new ArrayList<>();
        for (Supplier<Provider<?>> provider : known(axis).values()) all.add(provider.get());
        return all;
    }

    /**
     * The plugin of that id.
     *
     * @throws BadInput if there is none
     */
    public synchronized Provider<?> find(Axis<?> axis, String id) {
        SortedMap<String, Supplier<Provider<?>>> there = known(axis);
        Supplier<Provider<?>> provider = there.get(id);
        if (provider == null) {
            throw new BadInput(String.format(
                    Locale.ROOT, "there is no %s '%s'%s%s", axis, id, Nearest.hint(id, there.keySet()), places()));
        }
        return provider.get();
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
     * @param part is asked when the processor is
     * @throws BadInput if its id is taken
     */
    public synchronized void addPart(String id, Supplier<Provider<CpuModel>> part) {
        add(known(Axis.CPU), Axis.CPU, id, new Asked(part));
    }

    synchronized void add(Axis<?> axis, Provider<?> provider) {
        add(known(axis), axis, provider);
    }

    private SortedMap<String, Supplier<Provider<?>>> known(Axis<?> axis) {
        SortedMap<String, Supplier<Provider<?>>> there = known.get(axis);
        if (there != null) return there;
        there = new TreeMap<>();
        for (Provider<?> provider : classPath.apply(axis)) add(there, axis, provider);
        known.put(axis, there);
        return there;
    }

    private static void add(SortedMap<String, Supplier<Provider<?>>> there, Axis<?> axis, Provider<?> provider) {
        String id = id(provider);
        if (id == null || id.isBlank()) {
            throw new BadInput(String.format(
                    Locale.ROOT, "%s: the %s plugin has no id; its id() must name it", describe(provider), axis));
        }
        add(there, axis, id, () -> provider);
    }

    private static void add(
            SortedMap<String, Supplier<Provider<?>>> there, Axis<?> axis, String id, Supplier<Provider<?>> provider) {
        Supplier<Provider<?>> other = there.putIfAbsent(id, provider);
        if (other == null) return;
        throw new BadInput(String.format(
                Locale.ROOT,
                "the %s '%s' is claimed twice: by %s and by %s",
                axis,
                id,
                describe(other.get()),
                describe(provider.get())));
    }

    /** Answers what it was told when it was first asked. */
    private static final class Asked implements Supplier<Provider<?>> {

        private final Supplier<Provider<CpuModel>> source;
        private Provider<?> answer;

        Asked(Supplier<Provider<CpuModel>> source) {
            this.source = source;
        }

        @Override
        public Provider<?> get() {
            if (answer == null) answer = source.get();
            return answer;
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
