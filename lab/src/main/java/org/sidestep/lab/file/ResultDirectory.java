package org.sidestep.lab.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;

/**
 * A directory of results, which a file in it marks as ours and names the run of. Any other directory with something in it is
 * the user's and refused, and so are the results of another run unless the user asks for them to be gone on with. While it is
 * open it belongs to one run, in this process or another.
 */
public final class ResultDirectory implements AutoCloseable {

    /** The mark. */
    public static final String MARK = "run.txt";

    private static final String HEAD = "Results of sidestep run; the next run of the same replaces them.";
    private static final int LARGEST_MARK = 1 << 20;

    /** Locked by the run that writes here; it stays, since a file that is removed could be locked twice. */
    private static final String LOCK = "run.lock";

    /** Those that this process has open: a process gives up its lock when it closes the file a second time (POSIX, fcntl). */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path place;
    private final FileChannel lock;

    private ResultDirectory(Path place, FileChannel lock) {
        this.place = place;
        this.lock = lock;
    }

    /**
     * Makes {@code directory} ready for the results of a run, which has it for itself until it closes what this returns.
     *
     * @param run a line each of what tells runs apart: the experiment, its digest, what was changed
     * @param resume whether results of another run may be replaced, their finished cells kept
     * @throws BadInput if the directory is not ours, holds the results of another run, or is being written by one
     */
    public static ResultDirectory open(Path directory, List<String> run, boolean resume) {
        String mark = mark(run);
        try {
            Files.createDirectories(directory);
            require(directory, mark, resume);
            ResultDirectory opened = lock(directory);
            try {
                require(directory, mark, resume);
                write(directory, mark);
                return opened;
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    /**
     * Makes {@code directory} ready for one of the many shards of a run, which write there at once: files that appear whole,
     * named by what is in them, so that none needs the directory for itself.
     *
     * @throws BadInput if the directory is not ours or holds the results of another run
     */
    public static void share(Path directory, List<String> run) {
        String mark = mark(run);
        try {
            Files.createDirectories(directory);
            require(directory, mark, false);
            if (Files.notExists(directory.resolve(MARK))) write(directory, mark);
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
    }

    private static String mark(List<String> run) {
        return HEAD + "\n" + String.join("\n", run) + "\n";
    }

    private static void write(Path directory, String mark) throws IOException {
        OutputFile.write(directory.resolve(MARK), mark.getBytes(StandardCharsets.UTF_8));
    }

    /** Once before the lock, which is not put into a directory of the user's; and once with it, as another run may have ended. */
    private static void require(Path directory, String mark, boolean resume) throws IOException {
        Path file = directory.resolve(MARK);
        // Asked before and after: another shard may have marked it in between.
        boolean marked = Files.isRegularFile(file);
        if (!marked && isEmpty(directory)) return;
        if (!marked && !Files.isRegularFile(file)) throw notOurs(directory);
        requireSame(directory, file, mark, resume);
    }

    private static ResultDirectory lock(Path directory) throws IOException {
        Path place = directory.toRealPath();
        if (!OPEN.add(place)) throw inUse(directory);
        try {
            FileChannel channel =
                    FileChannel.open(place.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ResultDirectory opened = new ResultDirectory(place, channel);
            if (channel.tryLock() != null) return opened;
            channel.close();
            throw inUse(directory);
        } catch (IOException | RuntimeException e) {
            OPEN.remove(place);
            throw e;
        }
    }

    /** Lets other runs write here. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw BadInput.unwritable(place, e);
        } finally {
            OPEN.remove(place);
        }
    }

    private static BadInput inUse(Path directory) {
        return new BadInput(String.format(
                Locale.ROOT,
                "%s: another run is writing there; wait until it has ended, or choose another directory with --out",
                directory));
    }

    private static void requireSame(Path directory, Path file, String mark, boolean resume) {
        String found = InputFile.readText(file, LARGEST_MARK, "so it is not ours");
        if (!found.startsWith(HEAD + "\n")) throw notOurs(directory);
        if (resume || found.equals(mark)) return;
        throw new BadInput(String.format(
                Locale.ROOT,
                "%s: holds the results of another run (%s); choose another directory with --out, or say --resume to replace its"
                        + " reports and keep its finished cells",
                directory,
                String.join(", ", found.lines().skip(1).toList())));
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .allMatch(name -> name.equals(LOCK) || OutputFile.isTemporary(name));
        }
    }

    private static BadInput notOurs(Path directory) {
        return new BadInput(String.format(
                Locale.ROOT,
                "%s: is not empty and holds no results of sidestep (no %s); choose another directory with --out, or delete it",
                directory,
                MARK));
    }
}
