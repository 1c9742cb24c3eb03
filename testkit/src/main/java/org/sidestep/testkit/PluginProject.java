package org.sidestep.testkit;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.sidestep.kernel.IpcPolicy;

/** A plugin's source directory in Maven's layout, and how a jar is made of it without Maven. */
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

    /** All projects in {@code testkit/examples}. */
    public static List<PluginProject> examples() {
        try (Stream<Path> projects =
                Files.list(example("counting-policy").directory.getParent())) {
            return projects.sorted().map(PluginProject::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Compiles the project against the platform API and packs it; its tests must compile, too, against what is on the class
     * path of the test that runs.
     *
     * @return the jar, in {@code plugins}, named after the project's directory
     * @throws IllegalStateException with what the compiler says, if something does not compile
     */
    public Path buildJar(Path plugins) {
        Path jar = plugins.resolve(directory.getFileName() + ".jar");
        build(jar, true);
        return jar;
    }

    /**
     * Compiles the project against the platform API and packs it, without its tests.
     *
     * @throws IllegalStateException with what the compiler says, if something does not compile
     * @throws UncheckedIOException if a file cannot be read or written
     */
    public void buildJarWithoutTests(Path jar) {
        build(jar, false);
    }

    private void build(Path jar, boolean tests) {
        try {
            Path classes = Files.createTempDirectory("plugin");
            try {
                Path main = Files.createDirectory(classes.resolve("main"));
                compile("src/main/java", api(), main);
                if (tests) {
                    String with = main + File.pathSeparator + System.getProperty("java.class.path");
                    compile("src/test/java", with, Files.createDirectory(classes.resolve("test")));
                }
                pack(main, jar);
            } finally {
                delete(classes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(String sources, String classPath, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) throw new IllegalStateException("this Java has no compiler; run it with a JDK");
        Stream<String> options = Stream.of(
                "--release", "17", "-proc:none", "-Xlint:all", "-classpath", classPath, "-d", classes.toString());
        Stream<String> files = files(directory.resolve(sources)).stream().map(Path::toString);
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        int result =
                compiler.run(null, words, words, Stream.concat(options, files).toArray(String[]::new));
        if (result != 0) {
            throw new IllegalStateException(
                    directory.resolve(sources) + " does not compile:\n" + words.toString(StandardCharsets.UTF_8));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    @Override
    public String toString() {
        return directory.getFileName().toString();
    }

    /** The platform API, and PF4J, whose marker interface it extends. */
    private static String api() {
        return Stream.of(IpcPolicy.class, org.pf4j.ExtensionPoint.class)
                .map(PluginProject::origin)
                .collect(Collectors.joining(File.pathSeparator));
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
