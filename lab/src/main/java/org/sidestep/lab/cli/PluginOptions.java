package org.sidestep.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.part.PartFiles;
import org.sidestep.lab.scaffold.BuiltProject;
import picocli.CommandLine.Option;

/** Where plugins come from. */
final class PluginOptions {

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "Directory of plugin jars, beside those of the class path (default: plugins in the project, if there is"
                            + " one); or a plugin's project, as 'new' makes it, which is built if its sources are newer than"
                            + " its jar. A jar's code runs with your rights: put in only what you trust.")
    private Path directory;

    @Option(
            names = "--cpus",
            paramLabel = "DIR",
            description =
                    "Directory of processors that are described in YAML, beside the models of the platform (default: cpus in"
                            + " the project, if there is one); docs/processors.md says how.")
    private Path cpus;

    /** The directories that the user has named, as words of a command line, where they are called as {@code place} says. */
    List<String> words(UnaryOperator<Path> place) {
        List<String> words = new ArrayList<>();
        if (directory != null)
            words.addAll(List.of("--plugins", place.apply(directory).toString()));
        if (cpus != null) words.addAll(List.of("--cpus", place.apply(cpus).toString()));
        return words;
    }

    /** What runs a trial of {@code verify} again, with these directories. */
    String replay(Path file) {
        List<String> words = new ArrayList<>(List.of("./sidestep", "verify", "--replay", file.toString()));
        words.addAll(words(UnaryOperator.identity()));
        return String.join(" ", words);
    }

    /** Never from the directory that the user happens to be in: whoever can write there would run code as the user. */
    Catalog catalog() {
        Catalog catalog = chosen(directory, "plugins")
                .map(BuiltProject::plugins)
                .map(PluginLoader::withPlugins)
                .orElseGet(PluginLoader::fromClassPath);
        chosen(cpus, "cpus").ifPresent(parts -> PartFiles.add(catalog, parts));
        return catalog;
    }

    /** The directory that an option names, or else that of the project, if there is one. */
    private static Optional<Path> chosen(Path named, String usual) {
        if (named != null) return Optional.of(named);
        return Home.directory().map(home -> home.resolve(usual)).filter(Files::isDirectory);
    }
}
