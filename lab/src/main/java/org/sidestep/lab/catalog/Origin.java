package org.sidestep.lab.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Where a plugin's code came from.
 *
 * @param place {@code class path}, or the name of the file in the directory of plugins or of processors
 * @param version as its manifest or plugin descriptor says
 * @param fingerprint SHA-256 of its jar, or {@code unpackaged} for a directory of classes
 */
public record Origin(String place, String version, String fingerprint) {

    static final String UNPACKAGED = "unpackaged";

    /** Fingerprints of what is on the class path, which stays as it is while the program runs: many plugins are in one jar. */
    private static final Map<Path, String> CLASS_PATH = new ConcurrentHashMap<>();

    /** Code that came with the program. */
    public static Origin onClassPath(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return new Origin(
                "class path",
                version == null ? UNPACKAGED : version,
                fingerprint(type, jar -> CLASS_PATH.computeIfAbsent(jar, Origin::digestOf)));
    }

    /** What tells one state of the code from another. */
    public String code() {
        return version + " " + fingerprint;
    }

    static Origin inPlugins(Path file, String version, Class<?> type) {
        return new Origin(file.getFileName().toString(), version, fingerprint(type, Origin::digestOf));
    }

    /**
     * What a file describes: results depend on it and on the code of its base.
     *
     * @param digest SHA-256 of the file
     */
    public static Origin described(Path file, Origin base, String digest) {
        return new Origin(file.getFileName().toString(), base.version, digest + " " + base.fingerprint);
    }

    private static String fingerprint(Class<?> type, Function<Path, String> digest) {
        return location(type).filter(Files::isRegularFile).map(digest).orElse(UNPACKAGED);
    }

    private static Optional<Path> location(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) return Optional.empty();
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String digestOf(Path file) {
        try {
            return Digest.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
