package org.sidestep.lab.scaffold;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;
import org.sidestep.testkit.PluginProject;

/** Plugins that are given as the source directory of a project: compiled when a source is newer than the jar, without Maven. */
public final class BuiltProject {

    private BuiltProject() {}

    /**
     * The directory of jars that {@code directory} stands for: itself, or of a project the one into which it is built.
     *
     * @throws BadInput if the project does not compile
     */
    public static Path plugins(Path directory) {
        if (!Files.isRegularFile(directory.resolve("pom.xml"))) return directory;
        Path project = directory.toAbsolutePath().normalize();
        Path plugins = project.resolve("target/sidestep");
        Path jar = plugins.resolve(project.getFileName() + ".jar");
        try {
            if (!Files.isRegularFile(jar) || newest(project).compareTo(Files.getLastModifiedTime(jar)) >= 0) {
                build(directory, project, jar);
            }
            return plugins;
        } catch (IOException e) {
            throw BadInput.unwritable(jar, e);
        }
    }

    private static void build(Path directory, Path project, Path jar) throws IOException {
        Files.createDirectories(jar.getParent());
        Path fresh = Files.createTempFile(jar.getParent(), "building", ".tmp");
        try {
            new PluginProject(project).buildJarWithoutTests(fresh);
            Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IllegalStateException e) {
            throw new BadInput(
                    String.format(
                            Locale.ROOT,
                            "%s: the plugin cannot be built: %s%nIf it needs other libraries, build it with Maven and say --plugins %s",
                            directory,
                            e.getMessage().strip(),
                            directory.resolve("target")),
                    e);
        } catch (UncheckedIOException e) {
            throw BadInput.unreadable(directory, e.getCause());
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static FileTime newest(Path project) throws IOException {
        FileTime newest = Files.getLastModifiedTime(project.resolve("pom.xml"));
        try (Stream<Path> sources = Files.walk(project.resolve("src/main"))) {
            for (Path source : sources.toList()) {
                FileTime time = Files.getLastModifiedTime(source);
                if (time.compareTo(newest) > 0) newest = time;
            }
        }
        return newest;
    }
}
