package org.sidestep.machine.ia32.device;

import java.util.ArrayDeque;

/**
 * A keyboard with 101 keys (IBM PS/2 Hardware Interface Technical Reference, keyboards). Typed text waits until the guest
 * attends to the keyboard and lets it scan, so that nothing that is typed early is lost.
 */
final class Keyboard {
    // spotless:off
    private static final int SET_LEDS = 0xED, ECHO = 0xEE, SCAN_CODE_SET = 0xF0, IDENTIFY = 0xF2, TYPEMATIC = 0xF3;
    private static final int ENABLE = 0xF4, DISABLE = 0xF5, DEFAULTS = 0xF6, FIRST_OF_SET_3 = 0xF7, LAST_OF_SET_3 = 0xFD;
    private static final int RESEND = 0xFE, RESET = 0xFF;
    private static final int ACK = 0xFA, SELF_TEST_PASSED = 0xAA, ID_1 = 0xAB, ID_2 = 0x83;
    // spotless:on

    /** The keyboard sends a byte in 20 us and a key in 1 ms, as fractions of a millisecond. */
    private static final int BYTES_PER_MILLISECOND = 50;

    /** Bytes that the keyboard keeps for a controller that does not take them; further answers get lost. */
    private static final int BUFFER = 16;

    private final int cyclesPerMillisecond;
    private final ArrayDeque<Integer> text;
    private final ArrayDeque<Integer> answers;
    private final ArrayDeque<Integer> keys;
    private boolean attended;
    private boolean scanning = true;
    private int set = 2;
    /** The command that waits for its parameter, or 0. */
    private int command;

    private int lastSent;
    private long ready;

    Keyboard(int kiloHertz) {
        cyclesPerMillisecond = kiloHertz;
        text = new ArrayDeque<>();
        answers = new ArrayDeque<>();
        keys = new ArrayDeque<>();
    }

    Keyboard(Keyboard other) {
        cyclesPerMillisecond = other.cyclesPerMillisecond;
        text = new ArrayDeque<>(other.text);
        answers = new ArrayDeque<>(other.answers);
        keys = new ArrayDeque<>(other.keys);
        attended = other.attended;
        scanning = other.scanning;
        set = other.set;
        command = other.command;
        lastSent = other.lastSent;
        ready = other.ready;
    }

    void type(int character) {
        text.add(character & 0xFF);
    }

    /** There is somebody to type for, from the next millisecond on. */
    void attend(long now) {
        if (!attended) ready = now + cyclesPerMillisecond;
        attended = true;
    }

    /** The cycle at which the next byte will have been sent. */
    long nextByte() {
        boolean typing = attended && scanning && !(keys.isEmpty() && text.isEmpty());
        boolean something = !answers.isEmpty() || typing;
        return something ? ready : Clock.NEVER;
    }

    /** The next byte, or -1 if there is none after all. Only when {@link #nextByte} has come. */
    int take(long now) {
        ready = now + cyclesPerMillisecond / BYTES_PER_MILLISECOND;
        if (!answers.isEmpty()) return send(answers.remove());
        while (keys.isEmpty() && !text.isEmpty()) {
            keys.addAll(ScanCodes.typed(text.remove(), set));
            ready = now + cyclesPerMillisecond;
        }
        return keys.isEmpty() ? -1 : send(keys.remove());
    }

    private int send(int octet) {
        lastSent = octet;
        return octet;
    }

    /** The controller sends a byte. */
    void receive(int value, long now) {
        ready = Math.max(ready, now + cyclesPerMillisecond / BYTES_PER_MILLISECOND);
        if (command != 0 && value < SET_LEDS) {
            parameter(value);
            return;
        }
        command = 0;
        switch (value) {
            case ECHO -> answer(ECHO);
            case RESEND -> answer(lastSent);
            case IDENTIFY -> answer(ACK, ID_1, ID_2);
            case SET_LEDS, SCAN_CODE_SET, TYPEMATIC -> {
                command = value;
                answer(ACK);
            }
            case ENABLE -> {
                scanning = true;
                answer(ACK);
            }
            case DISABLE, DEFAULTS, RESET -> defaults(value);
            default -> answer(value >= FIRST_OF_SET_3 && value <= LAST_OF_SET_3 ? ACK : RESEND);
        }
    }

    private void answer(int... bytes) {
        for (int octet : bytes) if (answers.size() < BUFFER) answers.add(octet);
    }

    private void defaults(int value) {
        scanning = value != DISABLE;
        set = 2;
        keys.clear();
        answer(ACK);
        if (value == RESET) answer(SELF_TEST_PASSED);
    }

    private void parameter(int value) {
        int waiting = command;
        command = 0;
        answer(ACK);
        if (waiting != SCAN_CODE_SET) return;
        if (value == 0) answer(set);
        else if (value <= 3) set = value;
    }
}
