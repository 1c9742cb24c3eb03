package org.sidestep.machine.ia32.timing.lookup;

import org.sidestep.machine.StateTape;

/**
 * Which of the last stores a load depends on: recent stores by the address of their word. Knows addresses and the order of
 * stores, not times; those are in the {@code StoreBuffer}.
 *
 * <p>What a load depends on is a source per word that it touches: the age of the store (1 is the youngest) shifted left by
 * one, and whether the load can take its bytes from the store: it begins where the store does and is no longer (Intel's
 * optimization manual, store forwarding), and where accesses are looked up at both words, the store lies within eight aligned bytes
 * (M: a pair of MOVUPS takes 6 cycles, and 16 if its halves do not); {@link #NONE} if there is no such store. The source of a
 * second word is in the upper byte.
 */
public final class Forwarding {

    public static final int NONE = 0;

    private static final int QUAD = 8;

    /** Stores that the store buffer holds at most. */
    private final int entries;

    private final boolean straddles;
    private final int mask;
    private final int[] word;
    /** The store to that word: its number, where it begins relative to the word (8 bits), its length in bytes (8 bits). */
    private final long[] last;
    /** Stores so far. */
    private long count;
    /** Stores with lower numbers have left the store buffer for certain. */
    private long oldest;

    /**
     * No store has happened yet.
     *
     * @param words places for stores, a power of two: of stores that share a place only the last is known
     * @param straddles whether an access that is not aligned is looked up at its second word too
     */
    public Forwarding(int words, int entries, boolean straddles) {
        this.entries = entries;
        this.straddles = straddles;
        mask = words - 1;
        word = new int[words];
        last = new long[words];
    }

    public void keep(StateTape tape) {
        tape.array(word);
        tape.array(last);
        count = tape.number(count);
        oldest = tape.number(oldest);
    }

    /** The words of the last stores, each at its place, for who asks often, with {@link #isUnknown}. */
    public int[] words() {
        return word;
    }

    /** Whether no store is known to the word around an address, so that a load inside it depends on none. */
    public static boolean isUnknown(int[] words, int mask, int physical) {
        return words[physical >>> 2 & mask] != physical >>> 2;
    }

    /** Whether an access is looked up at its second word too. */
    public boolean straddles() {
        return straddles;
    }

    /** Only the last {@code pending} stores before this moment may still be in the store buffer. */
    public void limit(int pending) {
        oldest = count - pending + 1;
    }

    /** A store is on its way. */
    public void store(int physical, int bytes) {
        count++;
        remember(physical >>> 2, physical, bytes);
        if (isSplit(physical, bytes)) remember((physical >>> 2) + 1, physical, bytes);
    }

    private void remember(int wordAddress, int physical, int bytes) {
        int place = wordAddress & mask;
        word[place] = wordAddress;
        last[place] = count << 16 | (physical - (wordAddress << 2) & 0xFF) << 8 | bytes;
    }

    /** What a load depends on. */
    public int sources(int physical, int bytes) {
        int first = source(physical >>> 2, physical, bytes);
        return isSplit(physical, bytes) ? first | source((physical >>> 2) + 1, physical, bytes) << 8 : first;
    }

    private boolean isSplit(int physical, int bytes) {
        return (physical & 3) + bytes > 4 && straddles;
    }

    private int source(int wordAddress, int physical, int bytes) {
        int place = wordAddress & mask;
        if (word[place] != wordAddress) return NONE;
        long store = last[place];
        long number = store >>> 16;
        long since = count - number;
        if (number < oldest || since >= entries) return NONE;
        // Where both begin, and the store ends, relative to the word.
        int begin = physical - (wordAddress << 2);
        int from = (byte) (store >>> 8);
        int length = (int) store & 0xFF;
        if (from + length <= begin || begin + bytes <= from) return NONE;
        boolean crosses = straddles && (physical & QUAD - 1) + length > QUAD;
        boolean covers = from == begin && length >= bytes && !crosses;
        return (int) since + 1 << 1 | (covers ? 1 : 0);
    }
}
