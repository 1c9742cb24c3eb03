package org.sidestep.lab.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The FXSAVE image of a vector's floating-point state, and back (SDM vol. 1, section 10.5.1). */
final class FloatImage {
    static final int BYTES = 512;
    private static final int STACK = 32;
    private static final int XMM = 160;
    private static final int MXCSR = 24;

    private FloatImage() {}

    static byte[] of(Words vector) {
        ByteBuffer image = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        image.putShort(0, (short) vector.hex("fcw", 0x37F));
        image.putShort(2, (short) vector.hex("fsw", 0));
        image.put(4, (byte) used(vector.hex("ftw", 0xFFFF)));
        image.putInt(MXCSR, vector.hex("mxcsr", 0x1F80));
        for (int i = 0; i < 8; i++) {
            put(image, STACK + 16 * i, vector.values().get("st" + i));
            put(image, XMM + 16 * i, vector.values().get("xmm" + i));
        }
        return image.array();
    }

    private static int used(int tags) {
        int used = 0;
        for (int i = 0; i < 8; i++) if ((tags >> 2 * i & 3) != 3) used |= 1 << i;
        return used;
    }

    private static void put(ByteBuffer image, int at, String bigEndian) {
        if (bigEndian == null) return;
        byte[] bytes = HexFormat.of().parseHex(bigEndian);
        for (int i = 0; i < bytes.length; i++) image.put(at + i, bytes[bytes.length - 1 - i]);
    }

    /** The oracle's words for an image. */
    static Map<String, String> values(byte[] bytes) {
        ByteBuffer image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, String> values = new LinkedHashMap<>();
        values.put("fcw", HexFormat.of().toHexDigits(image.getShort(0)));
        values.put("fsw", HexFormat.of().toHexDigits(image.getShort(2)));
        for (int i = 0; i < 8; i++) values.put("st" + i, text(image, STACK + 16 * i, 10));
        values.put("ftw", String.format(Locale.ROOT, "%04x", tags(image)));
        values.put("mxcsr", HexFormat.of().toHexDigits(image.getInt(MXCSR)));
        for (int i = 0; i < 8; i++) values.put("xmm" + i, text(image, XMM + 16 * i, 16));
        return values;
    }

    private static String text(ByteBuffer image, int at, int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = bytes - 1; i >= 0; i--) text.append(HexFormat.of().toHexDigits(image.get(at + i)));
        return text.toString();
    }

    /** The tag word, for each physical register what its value says. */
    private static int tags(ByteBuffer image) {
        int top = image.getShort(2) >> 11 & 7;
        int tags = 0;
        for (int i = 0; i < 8; i++) {
            int at = STACK + 16 * (i - top & 7);
            long significand = image.getLong(at);
            int exponent = image.getShort(at + 8) & 0x7FFF;
            boolean zero = exponent == 0 && significand == 0;
            boolean special = exponent == 0 || exponent == 0x7FFF || significand >= 0;
            int tag = (image.get(4) >> i & 1) == 0 ? 3 : zero ? 1 : special ? 2 : 0;
            tags |= tag << 2 * i;
        }
        return tags;
    }
}
