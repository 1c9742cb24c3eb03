package org.sidestep.verify;

import org.sidestep.verification.Disturbance;

/** A way of choosing the trials on a course: which strikes of a disturbance fall, and where. Has parts that are tried by themselves. */
public interface Trials {

    Disturbance disturbance();

    /** Names it in reports: {@code timer-interrupt}, {@code pairs of timer-interrupt in stubs}. */
    String name();

    /** How many parts there are on a course whose round has so many boundaries. */
    int parts(int boundaries);

    /** About how many trials all parts come to; exact for single strikes. */
    long planned(Lane lane);

    /**
     * Tries parts {@code from} to {@code to}.
     *
     * @param enough how many failures end it
     */
    Tally explore(Lane lane, int from, int to, long enough);

    /** Tries all of them. */
    default Tally explore(Lane lane, int from, int to) {
        return explore(lane, from, to, Long.MAX_VALUE);
    }
}
