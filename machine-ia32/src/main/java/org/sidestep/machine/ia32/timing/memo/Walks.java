package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;

/** The table entries that were walked through while translated code executed a block, each before the access of a site, or before all. */
public final class Walks {

    /** As a site: a walk for the first byte of the block. */
    public static final int CODE = -1;

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
        for (; next < count && sites[next] <= site; next++) {
            clock.walk(entries[next], sites[next] == CODE, written[next]);
        }
    }

    /** Makes those before the accesses of sites up to one, as long as the first-level cache has their entries. */
    int atOnce(int site, FirstLevel first) {
        int cycles = 0;
        for (; next < count && sites[next] <= site; next++) {
            int more = first.walkAtOnce(entries[next], sites[next] == CODE, written[next]);
            if (more < 0) return cycles;
            cycles += more;
        }
        return cycles;
    }

    /** Whether none before the access of a site is left to be made. */
    boolean isPast(int site) {
        return next == count || sites[next] > site;
    }

    boolean remain() {
        return next < count;
    }

    void clear() {
        next = 0;
        count = 0;
    }
}
