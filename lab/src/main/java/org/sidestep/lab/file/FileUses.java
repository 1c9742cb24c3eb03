package org.sidestep.lab.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.lab.BadInput;

/**
 * The files that one command reads and writes, before it does. Nobody wants an output to replace an input, or two outputs to
 * be mixed in one file: whatever names lead to it. Devices and pipes may be named as often as one likes.
 */
public final class FileUses {

    private final List<Use> inputs = new ArrayList<>();
    private final List<Use> outputs = new ArrayList<>();

    /**
     * One of them.
     *
     * @param by the option or parameter that names it
     */
    private record Use(String by, Path file) {}

    /** {@code by} names {@code file}, which is read; null if it is not given. */
    public FileUses reads(String by, Path file) {
        if (file == null) return this;
        Use use = new Use(by, file);
        for (Use output : outputs) refuse(output, use, "which is read as %s");
        inputs.add(use);
        return this;
    }

    /**
     * {@code by} names {@code file}, which is written; null if it is not given.
     *
     * @throws BadInput if it is read as well, or written for something else
     */
    public FileUses writes(String by, Path file) {
        if (file == null) return this;
        Use use = new Use(by, file);
        for (Use input : inputs) refuse(use, input, "which is read as %s");
        for (Use output : outputs) refuse(use, output, "which %s writes");
        outputs.add(use);
        return this;
    }

    private static void refuse(Use output, Use other, String why) {
        if (!same(output.file, other.file)) return;
        String reason = String.format(Locale.ROOT, why, other.by);
        throw new BadInput(String.format(
                Locale.ROOT, "%s would write to %s, %s; name another file", output.by, output.file, reason));
    }

    private static boolean same(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isRegularFile(one) && Files.isSameFile(one, other);
            }
            return place(one).equals(place(other));
        } catch (IOException e) {
            return one.toAbsolutePath()
                    .normalize()
                    .equals(other.toAbsolutePath().normalize());
        }
    }

    /** Where a file is, or would come to be. */
    private static Path place(Path file) throws IOException {
        Path target = OutputFile.target(file).toAbsolutePath();
        Path directory = target.getParent();
        return directory == null || !Files.exists(directory)
                ? target.normalize()
                : directory.toRealPath().resolve(target.getFileName());
    }
}
