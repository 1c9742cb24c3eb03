package org.sidestep.lab.debug;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/** The one file that gdb can read from us: the image, from which it takes the symbols (host I/O packets). */
final class GdbFiles {

    /** What gdb calls it. */
    static final String NAME = "/sidestep.elf";

    private static final String NO_SUCH_FILE = "F-1,2";
    private static final String BAD_NUMBER = "F-1,9";
    private static final int DESCRIPTOR = 3;
    private static final int STAT_BYTES = 64;
    private static final int REGULAR_FILE = 0100444;

    private final byte[] file;

    GdbFiles(byte[] file) {
        this.file = file;
    }

    /** The reply to a packet, which begins with {@code vFile:}. */
    byte[] reply(String packet) {
        String[] words = packet.split(":", 3);
        String[] arguments = words.length < 3 ? new String[0] : words[2].split(",");
        return switch (words[1]) {
            case "setfs" -> text("F0");
            case "open" -> text(arguments[0].equals(GdbPackets.hex(NAME)) ? "F" + DESCRIPTOR : NO_SUCH_FILE);
            case "close" -> text("F0");
            case "fstat" -> isOurs(arguments) ? attached(stat()) : text(BAD_NUMBER);
            case "pread" -> isOurs(arguments) && arguments.length == 3 ? read(arguments) : text(BAD_NUMBER);
            default -> text("");
        };
    }

    private static boolean isOurs(String[] arguments) {
        return arguments.length > 0 && arguments[0].equals(Integer.toHexString(DESCRIPTOR));
    }

    private byte[] read(String[] arguments) {
        int count =
                (int) Long.min(HexFormat.fromHexDigitsToLong(arguments[1]) & Long.MAX_VALUE, GdbPackets.LONGEST / 4);
        int from = (int) Long.min(HexFormat.fromHexDigitsToLong(arguments[2]) & Long.MAX_VALUE, file.length);
        int to = Math.min(from + count, file.length);
        return attached(Arrays.copyOfRange(file, from, to));
    }

    /** The protocol's own struct stat, big-endian: mode and size matter. */
    private byte[] stat() {
        ByteBuffer stat = ByteBuffer.allocate(STAT_BYTES);
        stat.putInt(8, REGULAR_FILE);
        stat.putLong(28, file.length);
        return stat.array();
    }

    private static byte[] attached(byte[] data) {
        byte[] head = text(String.format(Locale.ROOT, "F%x;", data.length));
        return ByteBuffer.allocate(head.length + data.length)
                .put(head)
                .put(data)
                .array();
    }

    private static byte[] text(String reply) {
        return reply.getBytes(StandardCharsets.ISO_8859_1);
    }
}
