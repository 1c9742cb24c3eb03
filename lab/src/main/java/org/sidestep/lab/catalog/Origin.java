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
import java.util.function.Supplier;

/** Where a plugin's code came from. */
public final class Origin {

    static final String UNPACKAGED = "unpackaged";

    /** Fingerprints of what is on the class path, which stays as it is while the program runs: many plugins are in one jar. */
    private static final Map<Path, String> CLASS_PATH = new ConcurrentHashMap<>();

    private final String place;
    private final String version;
    private final Supplier<String> fingerprint;

    private Origin(String place, String version, Supplier<String> fingerprint) {
        this.place = place;
        this.version = version;
        this.fingerprint = fingerprint;
    }

    Origin(String place, String version, String fingerprint) {
        this(place, version, () -> fingerprint);
    }

    /** Code that came with the program. Its jar is read when somebody asks for the fingerprint, which few commands do. */
    public static Origin onClassPath(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return new Origin(
                "class path",
                version == null ? UNPACKAGED : version,
                () -> fingerprint(type, jar -> CLASS_PATH.computeIfAbsent(jar, Origin::digestOf)));
    }

    /** Code of a jar that may be another one by the time somebody asks: its fingerprint is taken now. */
    static Origin inPlugins(Path file, String version, Class<?> type) {
        return new Origin(file.getFileName().toString(), version, fingerprint(type, Origin::digestOf));
    }

    /** {@code class path}, or the name of the file in the directory of plugins or of processors. */
    public String place() {
        return place;
    }

    /** As the manifest or plugin descriptor says. */
    public String version() {
        return version;
    }

    /** SHA-256 of the jar, or {@code unpackaged} for a directory of classes. */
    public String fingerprint() {
        return fingerprint.get();
    }

    /** What tells one state of the code from another. */
    public String code() {
        return version + " " + fingerprint();
    }

    /**
     * What a file describes: results depend on it and on the code of its base.
     *
     * @param digest SHA-256 of the file
     */
    public static Origin described(Path file, Origin base, String digest) {
        return new Origin(file.getFileName().toString(), base.version, () -> digest + " " + base.fingerprint());
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
