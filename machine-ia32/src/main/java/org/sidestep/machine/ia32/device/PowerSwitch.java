package org.sidestep.machine.ia32.device;

import java.nio.charset.StandardCharsets;

/**
 * The ways in which emulated PCs are switched off: sleep state S5 in the power management control register, a word, where
 * QEMU has it (82371AB PIIX4 data sheet, section 7.2, for its bits) and where Bochs and early QEMU had it; and the word
 * "Shutdown", a letter at a time, to the port that Bochs keeps for it.
 */
final class PowerSwitch implements Device {
    // spotless:off
    private static final int CONTROL = 0x604, OLD_CONTROL = 0xB004, LETTERS = 0x8900;
    private static final int SLEEP = 0x2000, SLEEP_TYPE = 0x1C00, SOFT_OFF = 0;
    // spotless:on

    private static final byte[] WORD = "Shutdown".getBytes(StandardCharsets.US_ASCII);

    /** How many letters of the word have come. */
    private int letters;

    private final ExitPort exit;

    PowerSwitch(ExitPort exit) {
        this.exit = exit;
    }

    PowerSwitch(PowerSwitch other, ExitPort exit) {
        this.exit = exit;
        letters = other.letters;
    }

    @Override
    public void connect(Ports ports) {
        ports.whole(this, CONTROL, 2);
        ports.whole(this, OLD_CONTROL, 2);
        ports.single(this, LETTERS);
    }

    @Override
    public void write(int port, int size, int value) {
        if ((value & SLEEP) != 0 && (value & SLEEP_TYPE) == SOFT_OFF) exit.exit(0);
    }

    @Override
    public void out(int port, int letter) {
        if (letter != WORD[letters]) letters = 0;
        if (letter == WORD[letters]) letters++;
        if (letters < WORD.length) return;
        letters = 0;
        exit.exit(0);
    }
}
