package org.sidestep.lab.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.pf4j.DefaultPluginManager;
import org.pf4j.PluginManager;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.PlatformApi;

/**
 * Fills a {@link Catalog} from the class path and from a plugins directory. Both list their plugins in {@code
 * META-INF/services}. Whatever is wrong with one of them stops the program: a vanished plugin is a wrong row in a table.
 */
public final class PluginLoader {

    /** What PF4J says of a manifest without Plugin-Requires. */
    private static final String ANY = "*";

    private final Catalog catalog = new Catalog(PluginLoader::onClassPath);

    private PluginLoader() {}

    /** The plugins of the class path alone. */
    public static Catalog fromClassPath() {
        return new PluginLoader().catalog;
    }

    /**
     * The plugins of the class path and of {@code directory}.
     *
     * @throws BadInput if a plugin does not load, or two have the same id
     */
    public static Catalog withPlugins(Path directory) {
        if (!Files.isDirectory(directory)) throw new BadInput(directory + ": no such plugins directory");
        PluginLoader loader = new PluginLoader();
        loader.addDirectory(directory);
        return loader.catalog;
    }

    private static List<Provider<?>> onClassPath(Axis<?> axis) {
        List<Provider<?>> found = new ArrayList<>();
        for (Extension extension : load(axis, PluginLoader.class.getClassLoader(), "the class path")) {
            found.add(new Provider<>(extension, Origin.onClassPath(extension.getClass())));
        }
        return found;
    }

    private void addDirectory(Path directory) {
        catalog.lookIn(directory);
        PluginManager manager = new DefaultPluginManager(directory);
        manager.setSystemVersion(PlatformApi.VERSION);
        for (Path file : pluginFiles(directory)) addPlugin(start(manager, file), file);
    }

    private static List<Path> pluginFiles(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(PluginLoader::isPlugin).sorted().toList();
        } catch (IOException e) {
            throw BadInput.unreadable(directory, e);
        }
    }

    private static boolean isPlugin(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") || name.endsWith(".zip");
    }

    /** Zip plugins would be unpacked beside the jars, without limit: they are refused rather than overlooked. */
    private static void requireJar(Path file) {
        if (file.toString().endsWith(".zip")) throw cannotLoad(file, "it is a zip file; pack it as one jar", null);
        if (!Files.isRegularFile(file)) throw cannotLoad(file, "it is no file", null);
    }

    private static PluginWrapper start(PluginManager manager, Path file) {
        requireJar(file);
        try {
            String id = manager.loadPlugin(file);
            PluginWrapper plugin = manager.getPlugin(id);
            requireVersion(manager, plugin, file);
            PluginState state = manager.startPlugin(id);
            if (state == PluginState.STARTED) return plugin;
            Throwable failure = plugin.getFailedException();
            throw cannotLoad(file, failure == null ? "it is " + state : failure.toString(), failure);
        } catch (BadInput e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw cannotLoad(file, e.getMessage(), e);
        }
    }

    private static void requireVersion(PluginManager manager, PluginWrapper plugin, Path file) {
        String required = plugin.getDescriptor().getRequires();
        if (required.equals(ANY)) {
            throw cannotLoad(
                    file,
                    String.format(
                            Locale.ROOT,
                            "its manifest does not say which platform-api it needs; write Plugin-Requires: ~%s",
                            PlatformApi.VERSION),
                    null);
        }
        if (manager.getVersionManager().checkVersionConstraint(PlatformApi.VERSION, required)) return;
        throw cannotLoad(
                file,
                String.format(
                        Locale.ROOT,
                        "it requires platform-api %s, and this is %s; build it against this one",
                        required,
                        PlatformApi.VERSION),
                null);
    }

    private void addPlugin(PluginWrapper plugin, Path file) {
        boolean empty = true;
        for (Axis<?> axis : Axis.PLUGINS) {
            for (Extension extension : load(axis, plugin.getPluginClassLoader(), file.toString())) {
                String version = plugin.getDescriptor().getVersion();
                Origin origin = Origin.inPlugins(file, version, extension.getClass());
                catalog.add(axis, new Provider<>(extension, origin));
                empty = false;
            }
        }
        if (empty) throw cannotLoad(file, "its META-INF/services lists no Sidestep plugin", null);
    }

    /** Only what {@code loader} itself defines: a plugin's loader sees the providers of the class path, too. */
    private static List<Extension> load(Axis<?> axis, ClassLoader loader, String place) {
        boolean own = loader == PluginLoader.class.getClassLoader();
        try {
            List<Extension> plugins = new ArrayList<>();
            for (Extension plugin : ServiceLoader.load(axis.spi(), loader)) {
                if (own || plugin.getClass().getClassLoader() == loader) plugins.add(plugin);
            }
            return plugins;
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new BadInput(
                    String.format(Locale.ROOT, "%s: a %s plugin cannot be loaded: %s", place, axis, firstLine(e)), e);
        }
    }

    private static BadInput cannotLoad(Path file, String reason, Throwable cause) {
        return new BadInput(String.format(Locale.ROOT, "%s: plugin cannot be loaded: %s", file, reason), cause);
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
}
