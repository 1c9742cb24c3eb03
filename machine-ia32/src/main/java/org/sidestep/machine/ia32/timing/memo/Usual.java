package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.Sites;

/**
 * What a block has met, as one number, if all of it is as usual: each line of code and each access hits its first-level
 * cache, so that only the stores that loads wait for, and how the branch was predicted, can differ.
 */
public final class Usual {
    /** No such number. */
    static final long NOT = -1;

    public static final int SOURCE_BITS = 6;
    /** The stores that a load may depend on, as far as there is room. */
    public static final int SOURCE = (1 << SOURCE_BITS) - 1;

    private static final int BRANCH_BITS = 7;
    /** The branch has an entry among the outcomes. */
    private static final int ENTERED = 1 << BRANCH_BITS - 1;

    private static final int MOST_LOADS = (Long.SIZE - 1 - BRANCH_BITS) / SOURCE_BITS;

    private Usual() {}

    /** Whether there can be such a number for a block. */
    public static boolean fits(Sites sites) {
        return sites.loads() <= MOST_LOADS && sites.storesLast();
    }

    /** Adds a load with its sources; {@link #NOT} if they are none that it has room for. */
    static long load(long usual, int sources) {
        return (sources & ~SOURCE) != 0 ? NOT : usual << SOURCE_BITS | sources;
    }

    /** Adds the branch at the end, with the detail of its entry; without one, that is negative. */
    static long branch(long usual, int detail) {
        return usual << BRANCH_BITS | (detail < 0 ? 0 : ENTERED | detail);
    }

    /** The detail of the branch's entry, or a negative number. */
    static int branch(long usual) {
        return (usual & ENTERED) == 0 ? -1 : (int) usual & ENTERED - 1;
    }

    static long withoutBranch(long usual) {
        return usual >>> BRANCH_BITS;
    }

    /** The sources of a load, behind which there are so many others. */
    static int sources(long usual, int behind) {
        return (int) (usual >>> behind * SOURCE_BITS) & SOURCE;
    }
}
