package org.sidestep.machine.ia32.device;

/** What the guest has written, in the order of its writes, whichever port it used. */
final class Console {

    private final StringBuilder text = new StringBuilder();

    /** Appends one character of ISO 8859-1. */
    void write(int character) {
        text.append((char) (character & 0xFF));
    }

    String text() {
        return text.toString();
    }

    void restore(String saved) {
        text.setLength(0);
        text.append(saved);
    }
}
