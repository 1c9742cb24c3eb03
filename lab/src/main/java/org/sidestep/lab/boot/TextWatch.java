package org.sidestep.lab.boot;

import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/** Finds a text in a stream of bytes, each seen once. */
public final class TextWatch implements IntConsumer {

    private final byte[] text;
    private final byte[] last;
    private final Runnable found;
    private int count;

    /** @param found called after the text's last byte */
    public TextWatch(String text, Runnable found) {
        this.text = text.getBytes(StandardCharsets.UTF_8);
        this.found = found;
        last = new byte[this.text.length];
    }

    @Override
    public void accept(int octet) {
        last[count++ % last.length] = (byte) octet;
        if (count >= last.length && matches()) found.run();
        if (count == 2 * last.length) count = last.length;
    }

    private boolean matches() {
        for (int i = 0; i < text.length; i++) {
            if (text[i] != last[(count + i) % last.length]) return false;
        }
        return true;
    }
}
