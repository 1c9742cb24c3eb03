package org.sidestep.lab.cli;

import java.io.PrintWriter;

/** A bar on stderr while cells run; silent unless the launcher says that stderr is a terminal. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 40;

    private final boolean visible = Boolean.getBoolean("sidestep.terminal");
    private final PrintWriter err;
    private final int total;
    private int done;

    Progress(PrintWriter err, int total) {
        this.err = err;
        this.total = total;
        draw();
    }

    synchronized void finished() {
        done++;
        draw();
    }

    private void draw() {
        if (!visible) return;
        int filled = total == 0 ? WIDTH : WIDTH * done / total;
        err.print("\r[%s%s] %d/%d cells".formatted("#".repeat(filled), " ".repeat(WIDTH - filled), done, total));
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
