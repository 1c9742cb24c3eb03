package org.sidestep.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import picocli.CommandLine.Option;

/** Where plugins come from. */
final class PluginOptions {

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "Directory of plugin jars, beside those of the class path (default: plugins in the project, if there is"
                            + " one). A jar's code runs with your rights: put in only what you trust.")
    private Path directory;

    /** The directory that the user has named. */
    Optional<Path> given() {
        return Optional.ofNullable(directory);
    }

    /** Never from the directory that the user happens to be in: whoever can write there would run code as the user. */
    Catalog catalog() {
        if (directory != null) return PluginLoader.withPlugins(directory);
        Optional<Path> own =
                Home.directory().map(home -> home.resolve("plugins")).filter(Files::isDirectory);
        return own.map(PluginLoader::withPlugins).orElseGet(PluginLoader::fromClassPath);
    }
}
