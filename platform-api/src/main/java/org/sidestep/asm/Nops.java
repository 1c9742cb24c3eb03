package org.sidestep.asm;

/** The recommended multi-byte nops (SDM vol. 2, NOP), known to every P6. */
final class Nops {

    // spotless:off
    private static final int[][] BY_LENGTH = {
        {},
        {0x90},
        {0x66, 0x90},
        {0x0F, 0x1F, 0x00},
        {0x0F, 0x1F, 0x40, 0x00},
        {0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x66, 0x0F, 0x1F, 0x44, 0x00, 0x00},
        {0x0F, 0x1F, 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0F, 0x1F, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };
    // spotless:on

    private Nops() {}

    static void fill(byte[] out, int at, int count) {
        int place = at;
        for (int left = count; left > 0; left = at + count - place) {
            for (int octet : BY_LENGTH[Math.min(left, BY_LENGTH.length - 1)]) out[place++] = (byte) octet;
        }
    }
}
