package org.sidestep.lab.shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.FinishedParts;

/**
 * The results of all shards of a run, in {@code shards} of a directory of results: a file for each cell, named by the hash of its
 * text, and one that says of which run they are. Any number of machines may write there at once; whatever appears is whole.
 */
public final class ShardDirectory {

    private final Path directory;
    private final Identity<ShardedRun> identity;
    private final String digest;

    /** A cell as a file holds it; {@code run} is the digest of what it belongs to. */
    private record Kept(String cell, String run, CellResult result) {
        private Kept {
            Objects.requireNonNull(result, "result");
        }
    }

    private ShardDirectory(Path results, ShardedRun run) {
        this.directory = place(results);
        this.identity = identity(results);
        this.digest = run.digest();
    }

    /** Where in a directory of results the shards are. */
    static Path place(Path results) {
        return results.resolve("shards");
    }

    private static Identity<ShardedRun> identity(Path results) {
        return new Identity<>(place(results), "run", ShardedRun::read);
    }

    /**
     * Opens {@code results} for a shard, and says there of which run it is.
     *
     * @throws BadInput if it has shards of another run
     */
    public static ShardDirectory open(Path results, ShardedRun run) {
        ShardDirectory opened = new ShardDirectory(results, run);
        try {
            Files.createDirectories(opened.directory.resolve("cells"));
            Files.createDirectories(opened.logs());
        } catch (IOException e) {
            throw BadInput.unwritable(opened.directory, e);
        }
        opened.identity.write(run);
        return opened;
    }

    /** The run whose shards are in {@code results}. */
    public static ShardedRun run(Path results) {
        return identity(results)
                .read()
                .orElseThrow(() -> new BadInput(results
                        + ": holds no shards; write some with 'sidestep run FILE --shard I/N --out " + results + "'"));
    }

    /** For what the machines say while they work. */
    public Path logs() {
        return directory.resolve("logs");
    }

    /** The same in a directory of results, whatever its shards are of; it is made. */
    public static Path logs(Path results) {
        try {
            return Files.createDirectories(place(results).resolve("logs"));
        } catch (IOException e) {
            throw BadInput.unwritable(results, e);
        }
    }

    /**
     * What a cell gave, if its file is there and whole.
     *
     * @throws BadInput if the file is of another run
     */
    public Optional<CellResult> find(Cell cell) {
        Path file = file(cell);
        Optional<Kept> kept =
                FinishedParts.read(file, Kept.class).filter(part -> cell.text().equals(part.cell));
        if (kept.isPresent() && !digest.equals(kept.get().run))
            throw identity.mixed(List.of(file.getFileName() + " was written by another run"));
        return kept.map(Kept::result);
    }

    void put(Cell cell, CellResult result) {
        Path file = file(cell);
        try {
            Files.createDirectories(file.getParent());
            FinishedParts.write(file, new Kept(cell.text(), digest, result));
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /** In 256 directories: file systems do not like a million files in one. */
    private Path file(Cell cell) {
        String name = Shard.digest(cell);
        return directory.resolve("cells").resolve(name.substring(0, 2)).resolve(name + ".json");
    }
}
