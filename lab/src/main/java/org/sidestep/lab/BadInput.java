package org.sidestep.lab;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Something the user gave cannot be used. The message is all that the user sees: one line that names it and the remedy. */
public final class BadInput extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
        super(message);
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
    }

    public static BadInput unreadable(Object file, IOException why) {
        if (why instanceof NoSuchFileException) return new BadInput(file + ": no such file", why);
        if (why instanceof CharacterCodingException) return new BadInput(file + ": not a text file in UTF-8", why);
        return new BadInput(String.format(Locale.ROOT, "%s: cannot be read: %s", file, reason(why)), why);
    }

    public static BadInput unwritable(Object file, IOException why) {
        if (why instanceof NoSuchFileException missing) {
            Path directory = Path.of(missing.getFile()).toAbsolutePath().getParent();
            if (directory == null || !Files.isDirectory(directory)) return noDirectory(file, directory);
            return new BadInput(
                    String.format(
                            Locale.ROOT,
                            "%s: cannot be written: the file system of %s takes no new files; write elsewhere",
                            file,
                            directory),
                    why);
        }
        return new BadInput(String.format(Locale.ROOT, "%s: cannot be written: %s", file, reason(why)), why);
    }

    public static BadInput noDirectory(Object file, Path directory) {
        return new BadInput(String.format(
                Locale.ROOT, "%s: cannot be written: there is no directory %s; create it", file, directory));
    }

    public static void requireAtLeast(long least, String option, long value) {
        if (value < least)
            throw new BadInput(String.format(Locale.ROOT, "%s must be at least %d, not %d", option, least, value));
    }

    private static String reason(IOException why) {
        if (why instanceof AccessDeniedException) return "permission denied";
        if (why instanceof FileAlreadyExistsException) return "it is a file, not a directory";
        boolean said = why instanceof FileSystemException failure && failure.getReason() != null;
        return said ? ((FileSystemException) why).getReason() : why.getMessage();
    }
}
