package org.sidestep.lab.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.sidestep.lab.BadInput;

/** Reads what the user names, whatever it turns out to be: a file, a pipe that never ends, a device. */
public final class InputFile {

    /** What a Java array holds, and no more than half of what this Java machine may have. */
    private static final long HELD =
            Math.min(Integer.MAX_VALUE - 16, Runtime.getRuntime().maxMemory() / 2);

    private InputFile() {}

    /**
     * The path that {@code name} is.
     *
     * @throws BadInput if no file can have that name
     */
    public static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            String place = e.getIndex() < 0 ? "" : ", at character " + (e.getIndex() + 1);
            throw new BadInput(
                    String.format(
                            Locale.ROOT,
                            "'%s' is no name of a file in the host's encoding%s; under LC_ALL=C only ASCII is",
                            printable(name),
                            place),
                    e);
        }
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * The whole content of {@code file}.
     *
     * @param limit bytes that it may have at most
     * @param why what limits it, for the message
     * @throws BadInput if it cannot be read or is larger
     */
    public static byte[] read(Path file, long limit, String why) {
        if (Files.isDirectory(file)) throw new BadInput(file + ": is a directory");
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, limit, file + ": is larger than ", why);
        } catch (IOException e) {
            throw BadInput.unreadable(file, e);
        }
    }

    /** The whole content of {@code file}, if it fits into the memory of this Java machine. */
    public static byte[] read(Path file) {
        return read(
                file,
                HELD,
                "which is what this Java machine can hold; give it more memory with JAVA_TOOL_OPTIONS=-Xmx");
    }

    /** The text of {@code file}, which is in UTF-8. */
    public static String readText(Path file, long limit, String why) {
        byte[] bytes = read(file, limit, why);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw BadInput.unreadable(file, e);
        }
    }

    /**
     * All that {@code in} gives.
     *
     * @param before what the message says before the limit, if that is exceeded
     * @param why what the limit is
     */
    public static byte[] read(InputStream in, long limit, String before, String why) throws IOException {
        int most = (int) Math.min(limit, HELD);
        byte[] bytes = in.readNBytes(most);
        if (in.read() >= 0) throw new BadInput(before + size(most) + ", " + why);
        return bytes;
    }

    private static String size(long bytes) {
        if (bytes < 1 << 10) return bytes + " bytes";
        return bytes % (1 << 20) != 0 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }
}
