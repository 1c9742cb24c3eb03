package org.sidestep.lab.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.sidestep.lab.BadInput;

/**
 * Writes files. What is given whole appears whole: in a temporary file beside it that is synced and renamed. A symbolic link
 * stays, and its target is written; a device or pipe is written to.
 */
public final class OutputFile {

    private static final int LINKS = 40;
    private static final String TEMPORARY = ".sidestep.";

    /** Processes on other machines, and in other containers, have the same numbers and write to the same directories. */
    private static final String PROCESS = UUID.randomUUID().toString();

    private static final AtomicLong WRITTEN = new AtomicLong();

    private OutputFile() {}

    /**
     * Before the work begins whose outcome goes into {@code file}.
     *
     * @throws BadInput if it has no directory, is one itself, or may not be written
     */
    public static void require(Path file) {
        if (Files.isDirectory(file)) throw new BadInput(file + ": cannot be written: it is a directory");
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) throw BadInput.noDirectory(file, directory);
        Path asked = Files.exists(file) ? file : directory;
        if (asked != null && !Files.isWritable(asked))
            throw BadInput.unwritable(file, new AccessDeniedException(file.toString()));
    }

    /** Replaces the content of {@code file}; whoever reads it meanwhile sees the old content or the new. */
    public static void write(Path file, byte[] content) throws IOException {
        Path target = target(file);
        if (Files.isDirectory(target)) throw new FileSystemException(file.toString(), null, "it is a directory");
        boolean exists = Files.exists(target);
        if (exists && !Files.isWritable(target)) throw new AccessDeniedException(file.toString());
        if (!exists || Files.isRegularFile(target)) replace(target, exists, content);
        else writeTo(target, content, StandardOpenOption.WRITE);
    }

    /**
     * The same for a file that the user has named.
     *
     * @throws BadInput if it cannot be written
     */
    public static void save(Path file, byte[] content) {
        try {
            write(file, content);
        } catch (IOException e) {
            throw BadInput.unwritable(file, e);
        }
    }

    /** Whether a killed run has left a file of that name. */
    public static boolean isTemporary(String name) {
        return name.matches(Pattern.quote(TEMPORARY) + "[0-9a-f-]+\\.[0-9]+\\.tmp");
    }

    /** Begins {@code file} anew, for bytes that are to be seen as they come. */
    public static OutputStream stream(Path file) throws IOException {
        if (Files.isDirectory(file)) throw new FileSystemException(file.toString(), null, "it is a directory");
        return Files.newOutputStream(file);
    }

    /** What {@code file} is a link to, directly or over other links, whether that exists or not. */
    static Path target(Path file) throws IOException {
        Path target = file;
        for (int link = 0; Files.isSymbolicLink(target); link++) {
            if (link == LINKS) throw new FileSystemLoopException(file.toString());
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    private static void replace(Path file, boolean exists, byte[] content) throws IOException {
        // A name that no other process or thread takes, and short whatever the file's own is.
        String name = TEMPORARY + PROCESS + "." + WRITTEN.incrementAndGet() + ".tmp";
        Path temporary = file.resolveSibling(name);
        try {
            writeTo(temporary, content, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            if (exists) keepPermissions(file, temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(file.toAbsolutePath().getParent());
    }

    private static void writeTo(Path file, byte[] content, StandardOpenOption... options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) channel.write(rest);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) channel.force(true);
        }
    }

    private static void keepPermissions(Path from, Path to) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(from);
            Files.setPosixFilePermissions(to, permissions);
        } catch (UnsupportedOperationException e) {
            // A file system without them.
        }
    }

    /** Makes the new name last, where the host lets a directory be synced. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The content is safe; some hosts do not open directories.
        }
    }
}
