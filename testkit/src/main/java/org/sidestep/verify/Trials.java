package org.sidestep.verify;

import org.sidestep.verification.Disturbance;

/** A way of choosing the trials on a course: which strikes of a disturbance fall, and where. Has parts that are tried by themselves. */
public interface Trials {

    Disturbance disturbance();

    /** Names it in reports: {@code timer-interrupt}, {@code pairs of timer-interrupt in stubs}. */
    String name();

    /** How many parts there are on a course whose round has so many boundaries. */
    int parts(int boundaries);

    /** What there is to try on a course; exact for single strikes. */
    Agenda agenda(Lane lane);

    /**
     * Tries some of parts {@code from} to {@code to}.
     *
     * @param chosen which trials are made
     */
    Tally explore(Lane lane, int from, int to, Chosen chosen, Found found);

    /**
     * Tries parts {@code from} to {@code to}.
     *
     * @param enough how many failures end it
     */
    default Tally explore(Lane lane, int from, int to, long enough) {
        return explore(lane, from, to, Chosen.ALL, Found.silently(enough));
    }

    /** Tries all of them. */
    default Tally explore(Lane lane, int from, int to) {
        return explore(lane, from, to, Long.MAX_VALUE);
    }
}
