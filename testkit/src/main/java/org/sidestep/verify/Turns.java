package org.sidestep.verify;

/** Looks on while a machine runs: does each thread have its turn when it should? */
interface Turns {

    /** Forgets what was. */
    void begin();

    /** What was wrong since then; empty if nothing was. */
    String violation();
}
