package org.sidestep.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.sidestep.kernel.IpcPolicy;

/** A plugin's source directory in Maven's layout, and how a test makes a jar of it, without Maven. */
public final class PluginProject {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final Path directory;

    public PluginProject(Path directory) {
        this.directory = directory;
    }

    /**
     * One of the projects in {@code testkit/examples}, found from any directory inside the source tree.
     *
     * @throws IllegalStateException if the test does not run inside the source tree
     */
    public static PluginProject example(String name) {
        Path example = Path.of("testkit", "examples", name);
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve(example))) return new PluginProject(at.resolve(example));
        }
        throw new IllegalStateException("no " + example + " here or above");
    }

    /**
     * Compiles the project against the platform API and packs it.
     *
     * @return the jar, in {@code plugins}, named after the project's directory
     */
    public Path buildJar(Path plugins) {
        try {
            Path classes = Files.createTempDirectory("plugin");
            compile(classes);
            Path jar = plugins.resolve(directory.getFileName() + ".jar");
            pack(classes, jar);
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Stream<String> options =
                Stream.of("--release", "17", "-proc:none", "-classpath", api(), "-d", classes.toString());
        Stream<String> sources =
                files(directory.resolve("src/main/java")).stream().map(Path::toString);
        int result =
                compiler.run(null, null, null, Stream.concat(options, sources).toArray(String[]::new));
        if (result != 0) throw new IllegalStateException(directory + " does not compile");
    }

    /** The platform API, and PF4J, whose marker interface it extends. */
    private static String api() {
        return Stream.of(IpcPolicy.class, org.pf4j.ExtensionPoint.class)
                .map(PluginProject::origin)
                .collect(Collectors.joining(java.io.File.pathSeparator));
    }

    private static String origin(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pack(Path classes, Path jar) throws IOException {
        Path resources = directory.resolve("src/main/resources");
        try (InputStream manifest = Files.newInputStream(resources.resolve(MANIFEST));
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, new Manifest(manifest))) {
            for (Path root : List.of(classes, resources)) {
                for (Path entry : files(root))
                    add(out, root.relativize(entry).toString().replace('\\', '/'), entry);
            }
        }
    }

    private static void add(JarOutputStream out, String name, Path file) throws IOException {
        if (name.equals(MANIFEST)) return;
        out.putNextEntry(new JarEntry(name));
        Files.copy(file, out);
        out.closeEntry();
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
