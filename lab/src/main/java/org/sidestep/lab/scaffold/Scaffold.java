package org.sidestep.lab.scaffold;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.file.OutputFile;

/**
 * A new plugin project: one of the examples under another name, with a README, an experiment that it takes part in, and a Maven
 * that finds the platform in the checkout or release that it was made from.
 */
public final class Scaffold {

    private static final String README = "README.md";
    private static final List<String> WRAPPER = List.of("mvnw", "mvnw.cmd", ".mvn/wrapper/maven-wrapper.properties");

    private final Path home;
    private final Path repository;

    /**
     * @param home of the checkout or release
     * @param repository where Maven finds the platform's jars
     */
    public Scaffold(Path home, Path repository) {
        this.home = home.toAbsolutePath().normalize();
        this.repository = repository.toAbsolutePath().normalize();
    }

    /**
     * Makes the project, named after its directory.
     *
     * @throws BadInput if there is something in {@code directory}, or its name cannot be a plugin's
     */
    public void create(Kind kind, Path directory, Catalog known) {
        Path place = directory.toAbsolutePath().normalize();
        String name = place.getFileName() == null ? "" : place.getFileName().toString();
        require(kind, name, known);
        try {
            requireEmpty(directory);
            Map<String, byte[]> files = files(kind, name);
            Path parent = place.getParent();
            if (!Files.isDirectory(parent)) throw BadInput.noDirectory(directory, parent);
            Path temporary = parent.resolve(".sidestep." + UUID.randomUUID());
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path target = temporary.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                OutputFile.write(target, file.getValue());
            }
            Path script = temporary.resolve("mvnw");
            if (!script.toFile().setExecutable(true)) throw new IOException(script + " cannot be made executable");
            Files.deleteIfExists(place); // it is empty
            Files.move(temporary, place);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    private static void require(Kind kind, String name, Catalog known) {
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*") || SourceVersion.isKeyword(segment(name))) {
            throw new BadInput(String.format(
                    Locale.ROOT,
                    "'%s' cannot be a plugin's name; name the directory with small letters, digits and hyphens, for example"
                            + " fair-%s",
                    name,
                    kind.word()));
        }
        boolean taken =
                known.on(kind.axis).stream().anyMatch(found -> found.id().equals(name));
        if (taken) {
            throw new BadInput(String.format(
                    Locale.ROOT, "there is a %s '%s' already; name the directory otherwise", kind.axis, name));
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.notExists(directory)) return;
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isEmpty()) return;
            }
        }
        throw new BadInput(directory + ": is there already; name a new directory");
    }

    private Map<String, byte[]> files(Kind kind, String name) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Path example = home.resolve("testkit/examples").resolve(kind.example);
        try (Stream<Path> sources = Files.walk(example)) {
            for (Path source : sources.filter(Files::isRegularFile).sorted().toList()) {
                String path = example.relativize(source).toString().replace('\\', '/');
                if (path.startsWith("target/")) continue;
                files.put(renamed(path, kind, name), utf8(renamed(Files.readString(source), kind, name)));
            }
        }
        for (String file : WRAPPER) files.put(file, Files.readAllBytes(home.resolve(file)));
        // Maven looks there before it goes to the network, in place: a platform that is built anew is used at once.
        files.put(".mvn/maven.config", utf8("-Dmaven.repo.local.tail=" + repository + "\n"));
        files.put(".gitignore", utf8("target/\n"));
        files.put("experiment.yaml", utf8(experiment(kind, name)));
        files.put(README, utf8(readme(kind, name)));
        return files;
    }

    private static String renamed(String text, Kind kind, String name) {
        return text.replace(kind.example, name)
                .replace("org/example/" + kind.segment, "org/example/" + segment(name))
                .replace("org.example." + kind.segment, "org.example." + segment(name))
                .replace(kind.stem, stem(name))
                .replace("\"" + kind.id + "\"", "\"" + name + "\"")
                .replace("\"" + kind.id + ".", "\"" + name + ".");
    }

    private static String segment(String name) {
        return name.replace("-", "");
    }

    private static String stem(String name) {
        return Arrays.stream(name.split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    /** Beside what the platform has on that axis. */
    private static String experiment(Kind kind, String name) {
        Map<Axis<?>, String> cell = new LinkedHashMap<>();
        cell.put(Axis.MACHINE, "ia32");
        cell.put(Axis.CPU, "p3-coppermine");
        cell.put(Axis.KERNEL, "l4");
        cell.put(Axis.SCHEDULER, "priority-rr");
        cell.put(Axis.VALIDATION, "twin");
        cell.put(Axis.IPC, "lazy");
        cell.put(Axis.WORKLOAD, "ping-pong");
        StringBuilder text = new StringBuilder("name: " + name + "\n");
        if (kind == Kind.DISTURBANCE) text.append("verify: singles\n");
        else cell.compute(kind.axis, (axis, id) -> "[" + (kind == Kind.IPC_POLICY ? "strict" : id) + ", " + name + "]");
        text.append("matrix:\n  - ");
        text.append(cell.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n    ")));
        return text.append("\n").toString();
    }

    private String readme(Kind kind, String name) throws IOException {
        try (InputStream template = Scaffold.class.getResourceAsStream("README.md")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("VERIFY", verify(kind, name))
                    .replace("NAME", name)
                    .replace("KIND", kind.word())
                    .replace("STEM", stem(name))
                    .replace("SEGMENT", segment(name))
                    .replace("HOME", home.toString());
        }
    }

    /** How it is asked whether it is still correct when it is disturbed, if that can be asked of its kind. */
    private static String verify(Kind kind, String name) {
        return kind.subject(name)
                .map(subject -> String.format(
                        Locale.ROOT,
                        "    HOME/sidestep verify %s --plugins .  # is it still correct when it is interrupted and attacked?\n",
                        subject))
                .orElse("");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
