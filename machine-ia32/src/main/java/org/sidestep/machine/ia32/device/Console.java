package org.sidestep.machine.ia32.device;

import java.util.function.IntConsumer;

/** What the guest has written, in the order of its writes, whichever port it used; and who on the host listens. */
final class Console {
    private final StringBuilder text = new StringBuilder();
    private final IntConsumer serialListener;
    private final IntConsumer debugListener;

    Console(IntConsumer serialListener, IntConsumer debugListener) {
        this.serialListener = serialListener;
        this.debugListener = debugListener;
    }

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

    String text() {
        return text.toString();
    }

    void restore(String saved) {
        text.setLength(0);
        text.append(saved);
    }
}
