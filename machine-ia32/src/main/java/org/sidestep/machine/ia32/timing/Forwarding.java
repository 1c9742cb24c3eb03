package org.sidestep.machine.ia32.timing;

/**
 * Which of the last stores a load depends on: recent stores by the address of their word. Knows addresses and the order of
 * stores, not times; those are in the {@link StoreBuffer}.
 *
 * <p>What a load depends on is a source per word that it touches: the age of the store (1 is the youngest) shifted left by
 * one, and whether the store covers all of the load's bytes; {@link #NONE} if there is no such store. The source of a
 * second word is in the upper byte.
 */
final class Forwarding {

    static final int NONE = 0;

    /** Stores that the store buffer holds at most. */
    private final int entries;

    private final boolean straddles;
    private final int mask;
    private final int[] word;
    private final int[] from;
    private final int[] to;
    /** The number of the store. */
    private final long[] number;
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
    Forwarding(int words, int entries, boolean straddles) {
        this.entries = entries;
        this.straddles = straddles;
        mask = words - 1;
        word = new int[words];
        from = new int[words];
        to = new int[words];
        number = new long[words];
    }

    Forwarding(Forwarding other) {
        entries = other.entries;
        straddles = other.straddles;
        mask = other.mask;
        word = other.word.clone();
        from = other.from.clone();
        to = other.to.clone();
        number = other.number.clone();
        count = other.count;
        oldest = other.oldest;
    }

    /** Only the last {@code pending} stores before this moment may still be in the store buffer. */
    void limit(int pending) {
        oldest = count - pending + 1;
    }

    void store(int physical, int bytes) {
        count++;
        remember(physical >>> 2, physical, bytes);
        if (isSplit(physical, bytes)) remember((physical >>> 2) + 1, physical, bytes);
    }

    private void remember(int wordAddress, int physical, int bytes) {
        int place = wordAddress & mask;
        word[place] = wordAddress;
        from[place] = physical;
        to[place] = physical + bytes;
        number[place] = count;
    }

    /** What a load depends on. */
    int sources(int physical, int bytes) {
        int first = source(physical >>> 2, physical, bytes);
        return isSplit(physical, bytes) ? first | source((physical >>> 2) + 1, physical, bytes) << 8 : first;
    }

    private boolean isSplit(int physical, int bytes) {
        return (physical & 3) + bytes > 4 && straddles;
    }

    private int source(int wordAddress, int physical, int bytes) {
        int place = wordAddress & mask;
        if (word[place] != wordAddress || number[place] < oldest) return NONE;
        int age = (int) Math.min(count - number[place], entries) + 1;
        if (age > entries || to[place] - physical <= 0 || physical + bytes - from[place] <= 0) return NONE;
        boolean covers = from[place] - physical <= 0 && to[place] - (physical + bytes) >= 0;
        return age << 1 | (covers ? 1 : 0);
    }
}
