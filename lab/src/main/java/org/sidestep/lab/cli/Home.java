package org.sidestep.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the project stands; the launcher says so. */
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

    /** Nothing without the launcher. */
    static Optional<Path> directory() {
        return Optional.ofNullable(System.getProperty("sidestep.home")).map(Path::of);
    }
}
