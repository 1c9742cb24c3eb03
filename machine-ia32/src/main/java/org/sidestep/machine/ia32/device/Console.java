package org.sidestep.machine.ia32.device;

import java.util.function.IntConsumer;

/** What the guest has written, in the order of its writes, whichever port it used; and who on the host listens. */
final class Console {
    private static final IntConsumer NOBODY = character -> {};

    private final StringBuilder text = new StringBuilder();
    private IntConsumer serialListener = NOBODY;
    private IntConsumer debugListener = NOBODY;

    /** A character of ISO 8859-1 has left the serial port. */
    void serial(int character) {
        text.append((char) (character & 0xFF));
        serialListener.accept(character & 0xFF);
    }

    /** A character has been written to the debug console port. */
    void debug(int character) {
        text.append((char) (character & 0xFF));
        debugListener.accept(character & 0xFF);
    }

    void onSerial(IntConsumer listener) {
        serialListener = listener;
    }

    void onDebug(IntConsumer listener) {
        debugListener = listener;
    }

    String text() {
        return text.toString();
    }

    void restore(String saved) {
        text.setLength(0);
        text.append(saved);
    }
}
