package org.sidestep.lab.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the project stands: the launcher says so, or it is around the jar that was called without it, as JBang does. */
final class Home {

    private Home() {}

    static Path file(String name) {
        return directory().orElse(Path.of(".")).resolve(name);
    }

    /** Where Maven finds the platform's jars: a release has them beside the launcher, a checkout where it has built them. */
    static Path repository() {
        Path released = file("repository");
        return Files.isDirectory(released) ? released : file("lab/target/repository");
    }

    /** Nothing where the classes are neither called by the launcher nor in a release. */
    static Optional<Path> directory() {
        String said = System.getProperty("sidestep.home");
        return said != null ? Optional.of(Path.of(said)) : aroundJar();
    }

    private static Optional<Path> aroundJar() {
        try {
            Path jar = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Optional.ofNullable(jar.getParent())
                    .filter(lib -> lib.endsWith("lib"))
                    .map(Path::getParent)
                    .filter(home -> Files.isRegularFile(home.resolve("sidestep")));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
