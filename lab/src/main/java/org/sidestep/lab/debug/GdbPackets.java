package org.sidestep.lab.debug;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Packets of gdb's remote serial protocol, a byte for each character: {@code $content#checksum}. */
final class GdbPackets {

    /** The longest content, as is said to gdb. */
    static final int LONGEST = 0x4000;

    private static final int INTERRUPT = 3;
    private static final int ESCAPE = '}';
    private static final int ESCAPED = 0x20;

    private final InputStream in;
    private final OutputStream out;
    private boolean acknowledged = true;

    GdbPackets(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** From now on nobody acknowledges packets. */
    void withoutAcknowledgement() {
        acknowledged = false;
    }

    /** The next packet's content; empty at the end of the connection. What is damaged is asked for again. */
    Optional<byte[]> next() throws IOException {
        while (true) {
            int octet = in.read();
            if (octet < 0) return Optional.empty();
            if (octet != '$') continue;
            Optional<byte[]> content = content();
            if (content.isEmpty() && !acknowledged) return content;
            if (acknowledged) out.write(content.isPresent() ? '+' : '-');
            out.flush();
            if (content.isPresent()) return content.map(GdbPackets::unescaped);
        }
    }

    private Optional<byte[]> content() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        int sum = 0;
        for (int octet = in.read(); octet != '#'; octet = in.read()) {
            if (octet < 0 || content.size() > LONGEST) return Optional.empty();
            content.write(octet);
            sum += octet;
        }
        int claimed = digit(in.read()) << 4 | digit(in.read());
        return claimed == (sum & 0xFF) ? Optional.of(content.toByteArray()) : Optional.empty();
    }

    /** A hexadecimal digit, or something that is no checksum. */
    private static int digit(int octet) {
        return "0123456789abcdef".indexOf(octet | 0x20) & 0x1F;
    }

    private static byte[] unescaped(byte[] content) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int i = 0; i < content.length; i++) {
            boolean escape = content[i] == ESCAPE && i + 1 < content.length;
            plain.write(escape ? content[++i] ^ ESCAPED : content[i]);
        }
        return plain.toByteArray();
    }

    void send(String content) throws IOException {
        send(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] content) throws IOException {
        ByteArrayOutputStream escaped = new ByteArrayOutputStream();
        for (byte octet : content) {
            boolean special = octet == '$' || octet == '#' || octet == ESCAPE || octet == '*';
            if (special) escaped.write(ESCAPE);
            escaped.write(special ? octet ^ ESCAPED : octet);
        }
        int sum = 0;
        for (byte octet : escaped.toByteArray()) sum += octet;
        out.write('$');
        out.write(escaped.toByteArray());
        out.write(String.format(Locale.ROOT, "#%02x", sum & 0xFF).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Whether gdb asks for a stop, or has gone, while the machine runs. */
    boolean interrupted() {
        try {
            while (in.available() > 0) {
                int octet = in.read();
                if (octet == INTERRUPT) return true;
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The content from an index on. */
    static byte[] rest(byte[] content, int from) {
        return Arrays.copyOfRange(content, Math.min(from, content.length), content.length);
    }
}
