package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.Sites;

/**
 * What a block has met, as one number, if all of it is as usual: each line of code and each access hits its first-level
 * cache, so that only the stores that loads wait for, and how the branch was predicted, can differ.
 */
public final class Usual {
    /** No such number. */
    static final long NOT = -1;

    /** Bits for the stores that a load may depend on, as far as there is room. */
    private static final int MOST_BITS = 6;

    private static final int FEWEST_BITS = 4;

    /** Bits for the branch at the end. */
    public static final int BRANCH_BITS = 7;

    /** The branch has an entry among the outcomes. */
    private static final int ENTERED = 1 << BRANCH_BITS - 1;

    static final int ROOM = Long.SIZE - 1 - BRANCH_BITS;

    /** Sites of a block that can be told from one another as walked for. */
    private static final int MOST_SITES = Long.SIZE - 2;

    private Usual() {}

    /** Whether walks before its sites are usual too, if there is such a number. */
    static boolean fitsWalks(Sites sites) {
        return sites.count() < MOST_SITES;
    }

    /** Adds a walk to those that took their time, for the access of a site or for {@link Walks#CODE}. */
    static long walk(long walked, int site) {
        return walked | 1L << site + 1;
    }

    static boolean isWalked(long walked, int site) {
        return (walked >>> site + 1 & 1) != 0;
    }

    /** Whether there can be such a number for a block whose loads wait for stores. */
    public static boolean fits(Sites sites) {
        return sourceBits(sites) >= FEWEST_BITS && sites.storesLast();
    }

    /** Bits that each load of a block has for its sources. */
    public static int sourceBits(Sites sites) {
        return Math.min(MOST_BITS, ROOM / Math.max(1, sites.loads()));
    }

    /** Adds the branch at the end, with the detail of its entry; without one, that is negative. */
    public static long branch(long usual, int detail) {
        return usual << BRANCH_BITS | (detail < 0 ? 0 : ENTERED | detail);
    }

    /** The detail of the branch's entry, or a negative number. */
    static int branch(long usual) {
        return (usual & ENTERED) == 0 ? -1 : (int) usual & ENTERED - 1;
    }

    static long withoutBranch(long usual) {
        return usual >>> BRANCH_BITS;
    }

    /** The bits of an access, behind which there are so many others. */
    static int bits(long usual, int behind, int bits) {
        return (int) (usual >>> behind) & (1 << bits) - 1;
    }
}
