package org.sidestep.lab.cli;

import java.nio.file.Path;

/** Where the project stands; the launcher says so. */
final class Home {

    private Home() {}

    static Path file(String name) {
        return Path.of(System.getProperty("sidestep.home", ".")).resolve(name);
    }
}
