package org.sidestep.lab.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.sidestep.experiment.Axis;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.PlatformApi;

/** Packs the fakes as a plugin author would pack plugins. */
public final class FakePluginJar {

    private FakePluginJar() {}

    /** A directory with one jar that holds all fakes. */
    public static Path directory(Path directory) {
        write(directory.resolve("fakes.jar"), "fakes", services());
        return directory;
    }

    /** A jar with the classes of the fakes, and the given {@code META-INF/services}; without an id in its manifest if {@code id} is null. */
    public static void write(Path jar, String id, Map<String, String> services) {
        write(jar, id, "~" + PlatformApi.VERSION, services);
    }

    /** The same, of a plugin that requires these versions of platform-api. */
    public static void write(Path jar, String id, String requires, Map<String, String> services) {
        try {
            Files.createDirectories(jar.getParent());
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest(id, requires))) {
                Path classes = Path.of(Fakes.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
                Path fakes = classes.resolve(Fakes.class.getPackageName().replace('.', '/'));
                try (Stream<Path> files = Files.list(fakes)) {
                    for (Path file : files.sorted().toList()) {
                        entry(out, classes.relativize(file).toString(), Files.readAllBytes(file));
                    }
                }
                for (Map.Entry<String, String> service : services.entrySet()) {
                    byte[] lines = service.getValue().getBytes(StandardCharsets.UTF_8);
                    entry(out, "META-INF/services/" + service.getKey(), lines);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@code META-INF/services} must say for all fakes. */
    public static Map<String, String> services() {
        Map<String, String> services = new LinkedHashMap<>();
        for (Axis<?> axis : Axis.ALL) {
            for (Class<? extends Extension> fake : Fakes.ALL) {
                if (axis.spi().isAssignableFrom(fake)) {
                    services.merge(axis.spi().getName(), fake.getName() + "\n", String::concat);
                }
            }
        }
        return services;
    }

    private static Manifest manifest(String id, String requires) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (id != null) attributes.putValue("Plugin-Id", id);
        attributes.putValue("Plugin-Version", "1.2.3");
        attributes.putValue("Plugin-Requires", requires);
        return manifest;
    }

    private static void entry(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }
}
