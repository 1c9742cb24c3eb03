package org.sidestep.lab.shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;

/**
 * Of what the shards in a directory are: one file for it, {@code KIND-DIGEST.json}, written by every shard alike.
 *
 * @param <W> what is done in shards
 */
final class Identity<W extends ShardedWork<W>> {

    private static final int LARGEST = 8 << 20;

    private final Path directory;
    private final String kind;
    private final Reader<W> reader;

    /** Reads what {@link ShardedWork#bytes} gave. */
    @FunctionalInterface
    interface Reader<W> {
        W read(byte[] bytes) throws IOException;
    }

    Identity(Path directory, String kind, Reader<W> reader) {
        this.directory = directory;
        this.kind = kind;
        this.reader = reader;
    }

    /**
     * Says of what the shards here are.
     *
     * @throws BadInput if there are shards of anything else
     */
    void write(W work) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
        requireSame(work, all());
        Path file = file(work);
        if (Files.notExists(file)) OutputFile.save(file, work.bytes());
    }

    /**
     * Of what the shards here are; nothing if there are none of this kind.
     *
     * @throws BadInput if they are of several
     */
    Optional<W> read() {
        List<W> all = all();
        if (all.isEmpty()) return Optional.empty();
        requireSame(all.get(0), all);
        return Optional.of(all.get(0));
    }

    private void requireSame(W work, List<W> others) {
        for (W other : others) {
            List<String> differences = work.differences(other);
            if (!differences.isEmpty()) throw mixed(differences);
        }
    }

    BadInput mixed(List<String> differences) {
        return new BadInput(String.format(
                Locale.ROOT,
                "%s: holds shards of another %s (%s); run all shards with the same program, plugins and options in a new --out",
                directory,
                kind,
                String.join("; ", differences)));
    }

    private List<W> all() {
        List<W> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) return all;
        Pattern own = Pattern.compile(kind + "-[0-9a-f]{64}\\.json");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (own.matcher(file.getFileName().toString()).matches()) all.add(read(file));
            }
        } catch (IOException e) {
            throw BadInput.unreadable(directory, e);
        }
        return all;
    }

    private W read(Path file) {
        try {
            W work = reader.read(InputFile.read(file, LARGEST, "so it is damaged"));
            if (work != null && file.equals(file(work))) return work;
        } catch (IOException e) {
            throw new BadInput(file + ": is damaged; delete it and run a shard again", e);
        }
        throw new BadInput(file + ": is damaged; delete it and run a shard again");
    }

    private Path file(W work) {
        return directory.resolve(kind + "-" + work.digest() + ".json");
    }
}
