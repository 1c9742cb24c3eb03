package org.sidestep.machine.ia32.device;

import java.util.ArrayList;
import java.util.List;

/**
 * Scan codes of a US keyboard (IBM PS/2 Hardware Interface Technical Reference, keyboards). Keys are named by their code in
 * set 1, as the keyboard controller translates it from set 2.
 */
final class ScanCodes {
    private static final int ESCAPE = 0x01;
    private static final int BACKSPACE = 0x0E;
    private static final int TAB = 0x0F;
    private static final int ENTER = 0x1C;
    private static final int CONTROL = 0x1D;
    private static final int SHIFT = 0x2A;
    private static final int SPACE = 0x39;
    private static final int SET3_ESCAPE = 0x08;
    private static final int SET3_CONTROL = 0x11;
    private static final int BREAK = 0xF0;

    // spotless:off
    /** Set 2, the index, to set 1. */
    private static final int[] TRANSLATION = {
        0xFF, 0x43, 0x41, 0x3F, 0x3D, 0x3B, 0x3C, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3E, 0x0F, 0x29, 0x59,
        0x65, 0x38, 0x2A, 0x70, 0x1D, 0x10, 0x02, 0x5A, 0x66, 0x71, 0x2C, 0x1F, 0x1E, 0x11, 0x03, 0x5B,
        0x67, 0x2E, 0x2D, 0x20, 0x12, 0x05, 0x04, 0x5C, 0x68, 0x39, 0x2F, 0x21, 0x14, 0x13, 0x06, 0x5D,
        0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5E, 0x6A, 0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5F,
        0x6B, 0x33, 0x25, 0x17, 0x18, 0x0B, 0x0A, 0x60, 0x6C, 0x34, 0x35, 0x26, 0x27, 0x19, 0x0C, 0x61,
        0x6D, 0x73, 0x28, 0x74, 0x1A, 0x0D, 0x62, 0x6E, 0x3A, 0x36, 0x1C, 0x1B, 0x75, 0x2B, 0x63, 0x76,
        0x55, 0x56, 0x77, 0x78, 0x79, 0x7A, 0x0E, 0x7B, 0x7C, 0x4F, 0x7D, 0x4B, 0x47, 0x7E, 0x7F, 0x6F,
        0x52, 0x53, 0x50, 0x4C, 0x4D, 0x48, 0x01, 0x45, 0x57, 0x4E, 0x51, 0x4A, 0x37, 0x49, 0x46, 0x54,
    };

    /** Rows of keys with the code of their first key: what they give without and with shift. */
    private static final int[]    ROW_AT    = {0x02,           0x10,           0x1E,            0x2B};
    private static final String[] PLAIN     = {"1234567890-=", "qwertyuiop[]", "asdfghjkl;'`",  "\\zxcvbnm,./"};
    private static final String[] SHIFTED   = {"!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"~", "|ZXCVBNM<>?"};
    // spotless:on

    private ScanCodes() {}

    /** The byte of set 1 that the controller makes of one of set 2; F7 has a code beyond the table. */
    static int translate(int set2) {
        if (set2 == 0x83) return 0x41;
        if (set2 == 0x84) return 0x54;
        return set2 < 0x80 ? TRANSLATION[set2] : set2;
    }

    /** What the keyboard sends in a scan code set (1..3) when keys are pressed and released to type a character. */
    static List<Integer> typed(int character, int set) {
        List<Integer> bytes = new ArrayList<>();
        int key = key(character);
        int modifier = modifier(character);
        if (key == 0) return bytes;
        if (modifier != 0) press(bytes, modifier, set);
        press(bytes, key, set);
        release(bytes, key, set);
        if (modifier != 0) release(bytes, modifier, set);
        return bytes;
    }

    private static void press(List<Integer> bytes, int key, int set) {
        bytes.add(make(key, set));
    }

    private static void release(List<Integer> bytes, int key, int set) {
        if (set != 1) bytes.add(BREAK);
        bytes.add(set == 1 ? key | 0x80 : make(key, set));
    }

    private static int make(int key, int set) {
        if (set == 1) return key;
        if (set == 3 && key == ESCAPE) return SET3_ESCAPE;
        if (set == 3 && key == CONTROL) return SET3_CONTROL;
        int code = 0;
        while (TRANSLATION[code] != key) code++;
        return code;
    }

    /** The key for a character, or 0 if there is none. */
    private static int key(int character) {
        return switch (character) {
            case '\b', 0x7F -> BACKSPACE;
            case '\t' -> TAB;
            case '\r', '\n' -> ENTER;
            case 0x1B -> ESCAPE;
            case ' ' -> SPACE;
            default ->
                character < ' '
                        ? inRows(PLAIN, character + 0x60)
                        : inRows(PLAIN, character) + inRows(SHIFTED, character);
        };
    }

    private static int modifier(int character) {
        if (inRows(SHIFTED, character) != 0) return SHIFT;
        boolean control = character < ' ' && "\b\t\r\n\u001B".indexOf(character) < 0;
        return control ? CONTROL : 0;
    }

    private static int inRows(String[] rows, int character) {
        for (int row = 0; row < rows.length; row++) {
            int column = rows[row].indexOf(character);
            if (column >= 0) return ROW_AT[row] + column;
        }
        return 0;
    }
}
