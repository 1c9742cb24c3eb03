package org.sidestep.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import picocli.CommandLine.Option;

/** Where plugins come from. */
final class PluginOptions {

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "Directory of plugin jars, beside those of the class path (default: plugins, if there is one).")
    private Path directory;

    Catalog catalog() {
        if (directory != null) return PluginLoader.withPlugins(directory);
        for (Path candidate : new Path[] {Path.of("plugins"), Home.file("plugins")}) {
            if (Files.isDirectory(candidate)) return PluginLoader.withPlugins(candidate);
        }
        return PluginLoader.fromClassPath();
    }
}
