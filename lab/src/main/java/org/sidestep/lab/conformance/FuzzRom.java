package org.sidestep.lab.conformance;

import java.util.HexFormat;

/** Firmware that goes to flat protected mode and halts. */
final class FuzzRom {
    private static final int SIZE = 0x10000;
    private static final int RESET = 0xFFF0;
    private static final int POINTER = 0x40;
    private static final int PROTECTED = 0x60;

    private FuzzRom() {}

    static byte[] bytes() {
        byte[] rom = new byte[SIZE];
        // spotless:off
        put(rom, RESET,     "ea000000f0");              // jmp    f000:0000
        put(rom, 0,         "fa"                        // cli
                          + "2e660f01164000"            // lgdt   cs:[POINTER]
                          + "0f20c0"                    // mov    eax, cr0
                          + "0c01"                      // or     al, 1
                          + "0f22c0"                    // mov    cr0, eax
                          + "66ea60000f000800");        // jmp    0008:000f0060
        put(rom, POINTER,   "1700" + "48000f00");       // limit and base of the table that follows
        put(rom, 0x48,      "0000000000000000" + "ffff0000009bcf00" + "ffff00000093cf00");
        put(rom, PROTECTED, "66b81000"                  // mov    ax, 0010
                          + "8ed88ec08ed0"              // mov    ds, ax; mov es, ax; mov ss, ax
                          + "f4");                      // hlt
        // spotless:on
        return rom;
    }

    private static void put(byte[] rom, int at, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        System.arraycopy(bytes, 0, rom, at, bytes.length);
    }
}
