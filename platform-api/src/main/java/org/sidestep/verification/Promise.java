package org.sidestep.verification;

/** What a struck run must still be like. In each case the kernel's invariants hold at every exit, and the run ends by itself. */
public enum Promise {
    /** Nobody notices: every thread receives what it receives in the undisturbed run under strict switching; nobody dies. */
    EQUIVALENCE,
    /**
     * The struck space may come to harm, no other: every thread of another space receives what it receives in the undisturbed run
     * under strict switching, and none of them dies.
     */
    CONTAINMENT,
    /**
     * {@link #CONTAINMENT}; and the policy makes of a call what strict switching makes of it: every thread, of the struck space too,
     * receives what it receives under strict switching when the same call is struck in the same way. For arguments of a call that
     * are no pointers, at its first instruction. Where strict switching does not make that call, or the run does not end well under
     * it, containment is all that is asked.
     */
    LIKENESS
}
