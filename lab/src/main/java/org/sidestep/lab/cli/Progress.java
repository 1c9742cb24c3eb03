package org.sidestep.lab.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A bar on stderr while cells run, or whatever is counted; silent where stderr is no terminal. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 40;

    private final PrintWriter err;
    private int total;
    private final boolean visible;
    private final String what;
    private int done;

    /** Only the launcher can tell whether stderr is a terminal. */
    static Progress on(PrintWriter err, int total, String what) {
        return new Progress(err, total, Boolean.getBoolean("sidestep.terminal"), what);
    }

    Progress(PrintWriter err, int total, boolean visible, String what) {
        this.err = err;
        this.what = what;
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
                Locale.ROOT, "\r[%s%s] %d/%d %s", "#".repeat(filled), " ".repeat(WIDTH - filled), done, total, what));
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
