package org.sidestep.lab.shard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.sidestep.experiment.Cell;
import org.sidestep.experiment.CellResult;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.file.FinishedParts;
import org.sidestep.lab.file.InputFile;
import org.sidestep.lab.file.OutputFile;

/**
 * The results of all shards of a run, in {@code shards} of a directory of results: a file for each cell, named by the hash of its
 * text, and one that says of which run they are. Any number of machines may write there at once; whatever appears is whole.
 */
public final class ShardDirectory {

    private static final int LARGEST_RUN = 8 << 20;

    private final Path directory;
    private final ShardedRun run;
    private final String digest;

    /** A cell as a file holds it; {@code run} is the digest of what it belongs to. */
    private record Kept(String cell, String run, CellResult result) {
        private Kept {
            Objects.requireNonNull(result, "result");
        }
    }

    private ShardDirectory(Path directory, ShardedRun run) {
        this.directory = directory;
        this.run = run;
        this.digest = run.digest();
    }

    /**
     * Opens {@code results} for a shard, and says there of which run it is.
     *
     * @throws BadInput if it has shards of another run
     */
    public static ShardDirectory open(Path results, ShardedRun run) {
        ShardDirectory opened = new ShardDirectory(results.resolve("shards"), run);
        try {
            Files.createDirectories(opened.directory.resolve("cells"));
            Files.createDirectories(opened.logs());
        } catch (IOException e) {
            throw BadInput.unwritable(opened.directory, e);
        }
        opened.requireSame(runs(opened.directory));
        Path file = opened.directory.resolve("run-" + opened.digest + ".json");
        if (Files.notExists(file)) OutputFile.save(file, run.bytes());
        return opened;
    }

    /** The run whose shards are in {@code results}. */
    public static ShardedRun run(Path results) {
        List<ShardedRun> runs = runs(results.resolve("shards"));
        if (runs.isEmpty()) {
            throw new BadInput(results + ": holds no shards; write some with 'sidestep run FILE --shard I/N --out "
                    + results + "'");
        }
        new ShardDirectory(results.resolve("shards"), runs.get(0)).requireSame(runs);
        return runs.get(0);
    }

    private void requireSame(List<ShardedRun> others) {
        for (ShardedRun other : others) {
            List<String> differences = run.differences(other);
            if (!differences.isEmpty()) throw mixed(differences);
        }
    }

    private BadInput mixed(List<String> differences) {
        return new BadInput(String.format(
                Locale.ROOT,
                "%s: holds shards of another run (%s); run all shards with the same program, plugins and options in a new --out",
                directory,
                String.join("; ", differences)));
    }

    private static List<ShardedRun> runs(Path directory) {
        List<ShardedRun> runs = new ArrayList<>();
        if (!Files.isDirectory(directory)) return runs;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (!file.getFileName().toString().matches("run-[0-9a-f]{64}\\.json")) continue;
                runs.add(read(file));
            }
        } catch (IOException e) {
            throw BadInput.unreadable(directory, e);
        }
        return runs;
    }

    private static ShardedRun read(Path file) {
        try {
            ShardedRun run = ShardedRun.read(InputFile.read(file, LARGEST_RUN, "so it is damaged"));
            if (run != null && file.endsWith("run-" + run.digest() + ".json")) return run;
        } catch (IOException e) {
            throw new BadInput(file + ": is damaged; delete it and run a shard again", e);
        }
        throw new BadInput(file + ": is damaged; delete it and run a shard again");
    }

    /** For what the machines say while they work. */
    public Path logs() {
        return directory.resolve("logs");
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
            throw mixed(List.of(file.getFileName() + " was written by another run"));
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
