package org.sidestep.machine.ia32.timing.inorder;

import org.sidestep.machine.ia32.timing.memo.Outcomes;

/** The details of what an instruction met in {@link Memory}: what a read found, and what kind of wait it is. */
final class Met {

    /** A read: its line is in the first-level cache, is being filled, came from the board's cache, or from memory. */
    static final int HIT = 0;

    static final int FILLING = 1;
    static final int SECOND = 2;
    static final int FROM_MEMORY = 3;

    /** Fetch: the line is the one behind that before. */
    static final int SEQUENTIAL = 2;

    private Met() {}

    /** A level of a page walk, whose read found this. */
    static int walk(int read) {
        return Outcomes.WALK | read << 1;
    }

    static boolean isWalk(int detail) {
        return (detail & Outcomes.WALK) != 0;
    }

    /** What the read of a walk found. */
    static int read(int walk) {
        return walk >> 1;
    }
}
