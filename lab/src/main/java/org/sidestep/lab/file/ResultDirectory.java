package org.sidestep.lab.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;

/**
 * A directory of results, which a file in it marks as ours and names the run of. Any other directory with something in it is
 * the user's and refused, and so are the results of another run unless the user asks for them to be gone on with.
 */
public final class ResultDirectory {

    /** The mark. */
    public static final String MARK = "run.txt";

    private static final String HEAD = "Results of sidestep run; the next run of the same replaces them.";
    private static final int LARGEST_MARK = 1 << 20;

    private ResultDirectory() {}

    /**
     * Makes {@code directory} ready for the results of a run.
     *
     * @param run a line each of what tells runs apart: the experiment, its digest, what was changed
     * @param resume whether results of another run may be replaced, their finished cells kept
     * @throws BadInput if the directory is not ours, or holds the results of another run
     */
    public static void open(Path directory, List<String> run, boolean resume) {
        String mark = HEAD + "\n" + String.join("\n", run) + "\n";
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(MARK);
            if (Files.isRegularFile(file)) requireSame(directory, file, mark, resume);
            else requireEmpty(directory);
            OutputFile.write(file, mark.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw BadInput.unwritable(directory, e);
        }
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

    private static void requireEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.findAny().isPresent()) throw notOurs(directory);
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
