package org.sidestep.machine.ia32.device;

import java.nio.charset.StandardCharsets;

/**
 * The ways in which emulated PCs are switched off: sleep state S5 in the power management control register, a word, where
 * QEMU has it (82371AB PIIX4 data sheet, section 7.2, for its bits) and where Bochs and early QEMU had it; and the word
 * "Shutdown", a letter at a time, to the port that Bochs keeps for it.
 */
final class PowerSwitch {
    // spotless:off
    private static final int CONTROL = 0x604, OLD_CONTROL = 0xB004, LETTERS = 0x8900;
    private static final int SLEEP = 0x2000, SLEEP_TYPE = 0x1C00, SOFT_OFF = 0;
    // spotless:on

    private static final byte[] WORD = "Shutdown".getBytes(StandardCharsets.US_ASCII);

    /** How many letters of the word have come. */
    private int letters;

    PowerSwitch() {}

    PowerSwitch(PowerSwitch other) {
        letters = other.letters;
    }

    static boolean isAt(int port) {
        return port == CONTROL || port == OLD_CONTROL || port == LETTERS;
    }

    /** A write of {@code size} bytes; whether it switches the machine off. */
    boolean out(int port, int size, int value) {
        if (port == LETTERS) return size == 1 && letter(value);
        return isAt(port) && size == 2 && (value & SLEEP) != 0 && (value & SLEEP_TYPE) == SOFT_OFF;
    }

    private boolean letter(int value) {
        if (value != WORD[letters]) letters = 0;
        if (value == WORD[letters]) letters++;
        if (letters < WORD.length) return false;
        letters = 0;
        return true;
    }
}
