package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;

/** The table entries that were walked through while translated code executed a block, each before the access of a site. */
public final class Walks {

    private int[] sites = new int[16];
    private int[] entries = new int[16];
    private boolean[] written = new boolean[16];

    private int next;

    /** How many there are; translated code looks whether there is any. */
    public int count;

    /** A walk for the access of a site has read an entry, and perhaps written it. */
    public void add(int site, int physical, boolean isWritten) {
        if (count == sites.length) {
            sites = Arrays.copyOf(sites, 2 * count);
            entries = Arrays.copyOf(entries, 2 * count);
            written = Arrays.copyOf(written, 2 * count);
        }
        sites[count] = site;
        entries[count] = physical;
        written[count++] = isWritten;
    }

    /** Tells the clock of those before the accesses of sites up to one. */
    void report(int site, MemoizedTiming clock) {
        for (; next < count && sites[next] <= site; next++) clock.walk(entries[next], false, written[next]);
    }

    boolean remain() {
        return next < count;
    }

    void clear() {
        next = 0;
        count = 0;
    }
}
