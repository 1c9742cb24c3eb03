package org.sidestep.lab.cli;

import java.nio.file.Path;
import java.util.Optional;

/** Where the project stands; the launcher says so. */
final class Home {

    private Home() {}

    static Path file(String name) {
        return directory().orElse(Path.of(".")).resolve(name);
    }

    /** Nothing without the launcher. */
    static Optional<Path> directory() {
        return Optional.ofNullable(System.getProperty("sidestep.home")).map(Path::of);
    }
}
