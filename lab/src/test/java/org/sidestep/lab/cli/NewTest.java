package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.testkit.PluginProject;

/** A plugin project, from the empty directory to a row in a table, as its author goes. */
class NewTest {

    private static final Path HOME = home();

    private static String before;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "ipc-policy, my-policy, ipc=my-policy",
        "scheduler, fair, scheduler=fair",
        "validation, strict-names, validation=strict-names",
        "workload, round-trip, workload=round-trip",
        "cpu, slow-bus, cpu=slow-bus",
        "disturbance, late-timer, none=none"
    })
    void whatIsBegunCompilesWithItsTestAndRunsBesideThePlatformsOwn(String kind, String name, String item)
            throws Exception {
        assertThat(sidestep(0, "new", kind, at(name))).contains(name + ": begun; " + name + "/README.md");

        Path project = directory.resolve(name);
        new PluginProject(project).buildJar(Files.createDirectory(directory.resolve("checked")));
        String readme = Files.readString(project.resolve("README.md"));
        assertThat(readme.lines()).hasSizeLessThan(30);
        assertThat(readme).contains(HOME + "/sidestep run").doesNotContain("NAME", "KIND", "SEGMENT", "VERIFY");
        boolean judged = !List.of("workload", "cpu").contains(kind);
        assertThat(readme.contains(HOME + "/sidestep verify ipc=")).isEqualTo(judged);
        assertThat(allTexts(project)).doesNotContainIgnoringCase("counting").doesNotContain("org.example.woken");
        assertThat(sidestep(0, "list", name, "--plugins", at(name))).contains(name);
        if (!kind.equals("ipc-policy")) return;
        String said = sidestep(
                0,
                "run",
                at(name + "/experiment.yaml"),
                "--plugins",
                at(name),
                "--no-sensitivity",
                "--set",
                "workload.rounds=20",
                "--out",
                at("out"));
        assertThat(said).contains(name);
        assertThat(Files.readString(directory.resolve("out/results.json"))).contains(item.replace("=", "/"), name);
    }

    @Test
    void aProjectIsBuiltAgainWhenASourceIsNewerAndNotOtherwise() throws Exception {
        sidestep(0, "new", "ipc-policy", at("mine"));
        sidestep(0, "list", "mine", "--plugins", at("mine"));
        Path jar = directory.resolve("mine/target/sidestep/mine.jar");
        FileTime first = Files.getLastModifiedTime(jar);
        sidestep(0, "list", "mine", "--plugins", at("mine"));
        assertThat(Files.getLastModifiedTime(jar)).isEqualTo(first);

        Path source = directory.resolve("mine/src/main/java/org/example/mine/Mine.java");
        Files.writeString(source, Files.readString(source).replace("every IPC enters", "no IPC ever leaves"));
        assertThat(sidestep(0, "list", "mine", "--plugins", at("mine"))).contains("no IPC ever leaves");

        Files.writeString(source, "class {");
        assertThat(sidestep(2, "list", "--plugins", at("mine")))
                .startsWith("sidestep: mine: the plugin cannot be built: ")
                .contains("Mine.java:1:", "build it with Maven");
        assertThat(jar).exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy | new1 | there is no kind of plugin 'policy'; did you mean 'ipc-policy'?",
                "cpu | Big | 'Big' cannot be a plugin's name; name the directory with small letters",
                "cpu | int | 'int' cannot be a plugin's name",
                "ipc-policy | lazy | there is a ipc 'lazy' already; name the directory otherwise",
                "cpu | taken | taken: is there already; name a new directory",
                "cpu | no/where | no/where: cannot be written: there is no directory"
            })
    void whatCannotBeBegunIsSaidInOneLine(String kind, String name, String message) throws Exception {
        Files.writeString(directory.resolve("taken"), "mine");

        assertThat(sidestep(2, "new", kind, at(name))).startsWith("sidestep: ").hasLineCount(1);
        if (kind.equals("policy")) return;
        assertThat(sidestep(2, "new", kind, at(name))).contains(message);
        assertThat(directory.resolve("taken")).hasContent("mine");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }

    /** Its own Maven compiles and tests it against the platform's jars, which are installed nowhere. */
    @Test
    void mavenBuildsWhatIsBegunWithoutAnythingInstalled() throws Exception {
        Path repository = repository();
        sidestep(0, "new", "cpu", at("slow-bus"));
        Path project = directory.resolve("slow-bus");
        List<String> maven = new ArrayList<>();
        if (System.getProperty("os.name").startsWith("Windows")) maven.addAll(List.of("cmd", "/c", "mvnw.cmd"));
        else maven.add("./mvnw");
        maven.addAll(List.of("-o", "-B", "-Dmaven.repo.local.tail=" + repository, "package"));

        Process process = new ProcessBuilder(maven)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        assumeTrue(
                code == 0 || !said.contains("Cannot access central"),
                "Maven's own plugins are not at hand without a network");
        assertThat(code).as(said).isZero();
        assertThat(said).contains("Tests run: ", "Failures: 0");
        assertThat(project.resolve("target/slow-bus-1.0.0.jar")).exists();
        assertThat(Files.readString(project.resolve(".mvn/maven.config")))
                .isEqualTo("-Dmaven.repo.local.tail=" + HOME.resolve("lab/target/repository") + "\n");
    }

    /** What the build puts into {@code lab/target/repository}, made of the classes that this test runs with. */
    private Path repository() throws IOException {
        Path repository = directory.resolve("repository/org/sidestep");
        pom(HOME.resolve("pom.xml"), repository, "sidestep");
        for (String module : List.of(
                "platform-api", "testkit", "machine-ia32", "kernel-l4", "ipc-strict", "validation-twin", "workloads")) {
            Path place = pom(HOME.resolve(module).resolve("pom.xml"), repository, module);
            Path jar = place.resolveSibling(place.getFileName().toString().replace(".pom", ".jar"));
            pack(classes(module), jar);
        }
        return directory.resolve("repository");
    }

    private static Path pom(Path pom, Path repository, String artifact) throws IOException {
        String version = Versions.of(HOME.resolve("pom.xml"));
        Path place = Files.createDirectories(repository.resolve(artifact).resolve(version));
        return Files.copy(pom, place.resolve(artifact + "-" + version + ".pom"));
    }

    /** In the class path of this test, as directory or jar. */
    private static Path classes(String module) {
        String separators = "[/\\\\]";
        return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .filter(entry -> entry.matches(".*" + separators + module + "(-main|" + separators + "target"
                        + separators + "(classes|" + module + "-[0-9].*\\.jar))"))
                .map(Path::of)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(module));
    }

    private static void pack(Path classes, Path jar) throws IOException {
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
            return;
        }
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            for (Path one : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(one).toString().replace('\\', '/')));
                Files.copy(one, out);
                out.closeEntry();
            }
        }
    }

    private static String allTexts(Path project) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(project.relativize(file)).append('\n');
                if (!file.startsWith(project.resolve(".mvn")) && !file.startsWith(project.resolve("target"))) {
                    all.append(Files.readString(file));
                }
            }
        }
        return all.toString();
    }

    /** As from {@code directory}: what names something in it is made absolute. */
    private String sidestep(int code, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter print = new PrintWriter(said, true);
        int ended = Main.commandLine().setOut(print).setErr(print).execute(arguments);
        assertThat(ended).as(said.toString()).isEqualTo(code);
        return said.toString().replace(directory + "/", "");
    }

    private String at(String name) {
        return directory.resolve(name).toString();
    }

    @BeforeAll
    static void asTheLauncherDoes() {
        before = System.setProperty("sidestep.home", HOME.toString());
    }

    @AfterAll
    static void asItWas() {
        if (before == null) System.clearProperty("sidestep.home");
        else System.setProperty("sidestep.home", before);
    }

    private static Path home() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(at.resolve("testkit/examples"))) at = at.getParent();
        return at;
    }
}
