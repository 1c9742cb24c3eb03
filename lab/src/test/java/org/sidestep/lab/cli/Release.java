package org.sidestep.lab.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.NodeList;

/**
 * A release as its users have it, made once for all tests of a process: the files that {@code release/src/assembly} names, and
 * jars of the classes that the tests run with. It has an archive of loaded classes as a checkout has, so that it starts quickly.
 */
final class Release {

    /** Classes that a user has not. */
    private static final String TESTS = ".*(test-classes|launch)";

    private static final String LIBRARIES_OF_TESTS =
            ".*(junit|assertj|archunit|json-schema-validator|kubernetes|byte-buddy|opentest4j|apiguardian).*";

    private static Release made;

    private final Path checkout = checkout();
    private final Path home;

    private Release(Path home) {
        this.home = home;
    }

    /** The one that there is. */
    static synchronized Release made() {
        if (made != null) return made;
        try {
            Release release = new Release(Files.createTempDirectory("release").toRealPath());
            Runtime.getRuntime().addShutdownHook(new Thread(release::delete));
            release.copyFiles();
            release.packJars();
            release.archiveClasses();
            made = release;
            return release;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path home() {
        return home;
    }

    Path launcher() {
        return home.resolve("sidestep");
    }

    /** In the user's directory, as {@code ./sidestep} there. */
    Path linkedFrom(Path directory) throws IOException {
        return Files.createSymbolicLink(directory.resolve("sidestep"), launcher());
    }

    /** The jar that {@code java -jar} runs. */
    Path program() {
        return home.resolve("lib").resolve("lab-" + Versions.of(checkout.resolve("pom.xml")) + ".jar");
    }

    /** The Java of the test, for runs so short that the slower compiler is not worth its time. */
    static Map<String, String> shortRuns() {
        return Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    }

    private static Path checkout() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("testkit/examples"))) at = at.getParent();
        return at;
    }

    private void copyFiles() throws IOException {
        List<PathMatcher> included = patterns("include");
        List<PathMatcher> excluded = patterns("exclude");
        for (Path file : files()) {
            Path name = checkout.relativize(file);
            if (included.stream().noneMatch(pattern -> pattern.matches(name))) continue;
            if (excluded.stream().anyMatch(pattern -> pattern.matches(name))) continue;
            Path copy = home.resolve(name.toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
            if (!copy.toFile().setExecutable(Files.isExecutable(file))) throw new IOException(copy.toString());
        }
    }

    private List<PathMatcher> patterns(String element) {
        Path assembly = checkout.resolve("release/src/assembly/component.xml");
        try {
            NodeList nodes = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(assembly.toFile())
                    .getElementsByTagName(element);
            return IntStream.range(0, nodes.getLength())
                    .mapToObj(i -> "glob:" + nodes.item(i).getTextContent())
                    .map(FileSystems.getDefault()::getPathMatcher)
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(assembly.toString(), e);
        }
    }

    /** Of the checkout, without what others build in it meanwhile. */
    private List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> top = Files.list(checkout)) {
            for (Path one : top.sorted().toList()) {
                if (Files.isRegularFile(one)) all.add(one);
                else if (!one.getFileName().toString().matches("\\.git|target|plugins|results")) under(one, all);
            }
        }
        return all;
    }

    private static void under(Path directory, List<Path> all) throws IOException {
        try (Stream<Path> inside = Files.list(directory)) {
            for (Path one : inside.sorted().toList()) {
                if (Files.isRegularFile(one)) all.add(one);
                else if (!one.endsWith("target")) under(one, all);
            }
        }
    }

    private void packJars() throws IOException {
        Path lib = Files.createDirectory(home.resolve("lib"));
        Path lab = null;
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            String name = path.getFileName().toString();
            if (entry.matches(TESTS) || name.matches(LIBRARIES_OF_TESTS) || Files.notExists(path)) continue;
            if (Files.isRegularFile(path)) Files.createSymbolicLink(lib.resolve(name), path.toRealPath());
            else if (Files.exists(path.resolve("org/sidestep/lab"))) lab = path;
            else pack(path, lib.resolve(path.toString().substring(1).replace('/', '-') + ".jar"), new Manifest());
        }
        pack(lab, program(), manifest(lib));
    }

    /** As Maven writes it. */
    private Manifest manifest(Path lib) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        attributes.put(Attributes.Name.IMPLEMENTATION_VERSION, Versions.of(checkout.resolve("pom.xml")));
        try (Stream<Path> jars = Files.list(lib)) {
            String others =
                    jars.map(jar -> jar.getFileName().toString()).sorted().collect(Collectors.joining(" "));
            attributes.put(Attributes.Name.CLASS_PATH, others);
        }
        return manifest;
    }

    private static void pack(Path classes, Path jar, Manifest manifest) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).sorted().toList()) {
                String name = classes.relativize(one).toString().replace('\\', '/');
                if (name.equals("META-INF/MANIFEST.MF")) continue;
                out.putNextEntry(new JarEntry(name));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }

    /** Where the launcher looks for it. */
    private void archiveClasses() throws IOException {
        Path archive = Files.createDirectories(home.resolve("lab/target")).resolve("classes.jsa");
        Path training = Files.createDirectory(home.resolve("training"));
        Path list = training.resolve("classes");
        java(
                "-Xshare:off",
                "-XX:DumpLoadedClassList=" + list,
                "-Xlog:disable",
                "-cp",
                home.resolve("lib") + "/*",
                Training.class.getName(),
                training.toString());
        java(
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + archive,
                "-Xlog:disable",
                "-cp",
                home.resolve("lib") + "/*");
        delete(training);
    }

    private static void java(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void delete() {
        try {
            delete(home);
        } catch (IOException e) {
            // It is in the directory of temporary files.
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
