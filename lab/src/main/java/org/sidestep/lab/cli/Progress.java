package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A bar on stderr while cells run; silent where stderr is no terminal. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 40;

    private final PrintWriter err;
    private int total;
    private final boolean visible;
    private int done;

    Progress(PrintWriter err, int total, boolean visible) {
        this.err = err;
        this.total = total;
        this.visible = visible;
        draw();
    }

    /** There is more to do than was known. */
    synchronized void more(int cells) {
        total += cells;
        draw();
    }

    synchronized void finished() {
        done++;
        draw();
    }

    private void draw() {
        if (!visible) return;
        int filled = total == 0 ? WIDTH : WIDTH * done / total;
        err.print(String.format(
                Locale.ROOT, "\r[%s%s] %d/%d cells", "#".repeat(filled), " ".repeat(WIDTH - filled), done, total));
        err.flush();
    }

    /** Wipes the bar. */
    @Override
    public synchronized void close() {
        if (!visible) return;
        err.print("\r" + " ".repeat(WIDTH + 30) + "\r");
        err.flush();
    }
}
