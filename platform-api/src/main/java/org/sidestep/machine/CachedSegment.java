package org.sidestep.machine;

import java.util.Locale;

/**
 * A segment register with what is cached of its descriptor (SDM vol. 3, section 3.4.3).
 *
 * @param limit the last offset, in bytes
 * @param rights bits 8 to 23 of the descriptor's second word: the type in 0 to 3, S in 4, DPL in 5 and 6, P in 7, AVL in 12,
 *     D/B in 14, G in 15; bits 8 to 11 are zero
 * @param usable whether there is a descriptor; a null selector leaves none, and base, limit and rights are then zero
 */
public record CachedSegment(int selector, int base, int limit, int rights, boolean usable) {
    private static final int DEFINED = 0xF0FF;
    private static final int GRANULAR = 1 << 15;

    public CachedSegment {
        boolean pages = (rights & GRANULAR) != 0;
        boolean fits = pages ? (limit & 0xFFF) == 0xFFF : (limit & ~0xFFFFF) == 0;
        if ((rights & ~DEFINED) != 0 || usable && !fits) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "no descriptor has rights %x and limit %08x", rights, limit));
        }
    }

    /** A register that holds a null selector. */
    public static CachedSegment unusable(int selector) {
        return new CachedSegment(selector, 0, 0, 0, false);
    }

    /** The first word of such a descriptor. */
    public int low() {
        return base << 16 | scaledLimit() & 0xFFFF;
    }

    /** The second word of such a descriptor. */
    public int high() {
        return base & 0xFF000000 | base >>> 16 & 0xFF | rights << 8 | scaledLimit() & 0xF0000;
    }

    private int scaledLimit() {
        return (rights & GRANULAR) != 0 ? limit >>> 12 : limit;
    }
}
