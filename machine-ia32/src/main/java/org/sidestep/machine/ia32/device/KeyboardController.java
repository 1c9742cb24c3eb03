package org.sidestep.machine.ia32.device;

import java.util.ArrayDeque;

/**
 * The 8042 keyboard controller of a PS/2 machine (IBM PS/2 Hardware Interface Technical Reference, keyboard and auxiliary
 * device controller) in the state that firmware leaves, with a keyboard and without a mouse.
 */
final class KeyboardController implements Device {
    static final int DATA = 0x60;
    static final int COMMAND = 0x64;

    // spotless:off
    private static final int READ_RAM = 0x20, WRITE_RAM = 0x60, TEST_PASSWORD = 0xA4, DISABLE_AUX = 0xA7, ENABLE_AUX = 0xA8;
    private static final int TEST_AUX = 0xA9, SELF_TEST = 0xAA, TEST_KEYBOARD = 0xAB, DISABLE_KEYBOARD = 0xAD, ENABLE_KEYBOARD = 0xAE;
    private static final int READ_INPUT_PORT = 0xC0, READ_OUTPUT_PORT = 0xD0, WRITE_OUTPUT_PORT = 0xD1;
    private static final int WRITE_KEYBOARD_BUFFER = 0xD2, WRITE_AUX_BUFFER = 0xD3, WRITE_AUX = 0xD4;
    private static final int DISABLE_A20 = 0xDD, ENABLE_A20 = 0xDF, READ_TEST_INPUTS = 0xE0, PULSE = 0xF0;
    private static final int SELF_TEST_PASSED = 0x55, NO_PASSWORD = 0xF1, KEYBOARD_UNLOCKED = 0x80, NO_ANSWER = 0xFE;
    private static final int OBF = 0x01, SYSTEM = 0x04, LAST_WAS_COMMAND = 0x08, UNLOCKED = 0x10, AUX_OBF = 0x20, TIMEOUT = 0x40;
    private static final int IRQ1 = 0x01, IRQ12 = 0x02, KEYBOARD_OFF = 0x10, AUX_OFF = 0x20, TRANSLATE = 0x40;
    private static final int OUT_NO_RESET = 0x01, OUT_A20 = 0x02, OUT_IRQ1 = 0x10, OUT_KEYBOARD_LINES = 0xC0;
    // spotless:on

    private static final int BREAK = 0xF0;

    /** In {@link #answers}: from the auxiliary device, which is not there. */
    private static final int AUX = 0x100;

    private static final int FAILED = 0x200;

    /** Answers that wait for a guest that does not take them; further ones get lost. */
    private static final int BUFFER = 16;

    private final SystemControlPorts control;
    private final Keyboard keyboard;
    private final ArrayDeque<Integer> answers;
    private final int[] ram;
    /** The output buffer with its flags, or -1. */
    private int output = -1;

    private int lastOutput;
    /** The command that waits for its parameter, or 0. */
    private int command;

    private boolean lastWasCommand;
    private boolean breakSeen;
    private long now;

    KeyboardController(int kiloHertz, SystemControlPorts control) {
        this.control = control;
        keyboard = new Keyboard(kiloHertz);
        answers = new ArrayDeque<>();
        ram = new int[32];
        ram[0] = IRQ1 | SYSTEM | AUX_OFF | TRANSLATE;
    }

    KeyboardController(KeyboardController other, SystemControlPorts control) {
        this.control = control;
        keyboard = new Keyboard(other.keyboard);
        answers = new ArrayDeque<>(other.answers);
        ram = other.ram.clone();
        output = other.output;
        lastOutput = other.lastOutput;
        command = other.command;
        lastWasCommand = other.lastWasCommand;
        breakSeen = other.breakSeen;
        now = other.now;
    }

    /** The guest waits for keys, or firmware does. */
    void attend() {
        keyboard.attend(now);
    }

    /** Keys are pressed and released to type a character. */
    void type(int character) {
        keyboard.type(character);
    }

    @Override
    public void connect(Ports ports) {
        ports.bytes(this, DATA, DATA);
        ports.bytes(this, COMMAND, COMMAND);
    }

    @Override
    public void drive(InterruptLines lines) {
        boolean aux = (output & AUX) != 0;
        lines.set(InterruptLines.KEYBOARD, output >= 0 && !aux && (ram[0] & IRQ1) != 0);
        lines.set(InterruptLines.AUX, output >= 0 && aux && (ram[0] & IRQ12) != 0);
    }

    @Override
    public long nextEvent() {
        return output >= 0 || (ram[0] & KEYBOARD_OFF) != 0 ? Clock.NEVER : keyboard.nextByte();
    }

    @Override
    public void advanceTo(long cycle) {
        now = cycle;
        if (output < 0 && !answers.isEmpty()) output = answers.remove();
        while (nextEvent() <= now) fromKeyboard(keyboard.take(now));
    }

    private void fromKeyboard(int octet) {
        if (octet < 0) return;
        if ((ram[0] & TRANSLATE) == 0) {
            output = octet;
        } else if (octet == BREAK) {
            breakSeen = true;
        } else {
            output = ScanCodes.translate(octet) | (breakSeen ? 0x80 : 0);
            breakSeen = false;
        }
    }

    @Override
    public int in(int port) {
        attend();
        if (port == COMMAND) return status();
        if (output >= 0) lastOutput = output & 0xFF;
        output = -1;
        return lastOutput;
    }

    private int status() {
        int value = UNLOCKED | ram[0] & SYSTEM | (lastWasCommand ? LAST_WAS_COMMAND : 0);
        if (output >= 0) value |= OBF | ((output & AUX) != 0 ? AUX_OBF : 0) | ((output & FAILED) != 0 ? TIMEOUT : 0);
        return value;
    }

    @Override
    public void out(int port, int value) {
        lastWasCommand = port == COMMAND;
        if (port == COMMAND) {
            command(value);
        } else {
            int waiting = command;
            command = 0;
            parameter(waiting, value);
        }
        if (output < 0 && !answers.isEmpty()) output = answers.remove();
    }

    private void command(int value) {
        command = 0;
        if (value >= PULSE) {
            if ((value & OUT_NO_RESET) == 0) control.requestReset("the keyboard controller");
            return;
        }
        if (value >= READ_RAM && value < WRITE_RAM) {
            answer(ram[value & 31]);
            return;
        }
        switch (value) {
            case TEST_PASSWORD -> answer(NO_PASSWORD);
            case DISABLE_AUX -> ram[0] |= AUX_OFF;
            case ENABLE_AUX -> ram[0] &= ~AUX_OFF;
            case TEST_AUX, TEST_KEYBOARD, READ_TEST_INPUTS -> answer(0);
            case SELF_TEST -> selfTest();
            case DISABLE_KEYBOARD -> ram[0] |= KEYBOARD_OFF;
            case ENABLE_KEYBOARD -> ram[0] &= ~KEYBOARD_OFF;
            case READ_INPUT_PORT -> answer(KEYBOARD_UNLOCKED);
            case READ_OUTPUT_PORT -> answer(outputPort());
            case DISABLE_A20, ENABLE_A20 -> control.setA20(value == ENABLE_A20);
            default -> command = value;
        }
    }

    private void answer(int octet) {
        if (answers.size() < BUFFER) answers.add(octet);
    }

    private void selfTest() {
        ram[0] |= SYSTEM;
        answers.clear();
        output = -1;
        answer(SELF_TEST_PASSED);
    }

    private int outputPort() {
        return OUT_KEYBOARD_LINES | OUT_NO_RESET | (control.a20() ? OUT_A20 : 0) | (output >= 0 ? OUT_IRQ1 : 0);
    }

    private void parameter(int waiting, int value) {
        if (waiting >= WRITE_RAM && waiting < WRITE_RAM + ram.length) {
            ram[waiting & 31] = value;
            return;
        }
        switch (waiting) {
            case WRITE_OUTPUT_PORT -> {
                control.setA20((value & OUT_A20) != 0);
                if ((value & OUT_NO_RESET) == 0) control.requestReset("the keyboard controller");
            }
            case WRITE_KEYBOARD_BUFFER -> answer(value);
            case WRITE_AUX_BUFFER -> answer(value | AUX);
            case WRITE_AUX -> answer(NO_ANSWER | AUX | FAILED);
            case 0 -> {
                ram[0] &= ~KEYBOARD_OFF;
                keyboard.receive(value, now);
            }
            default -> {}
        }
    }
}
