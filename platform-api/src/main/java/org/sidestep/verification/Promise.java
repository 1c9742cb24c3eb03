package org.sidestep.verification;

/** What a struck run must still be like. In each case the kernel's invariants hold at every exit, and the run ends by itself. */
public enum Promise {
    /** Nobody notices: every thread receives what it receives in the undisturbed run under strict switching; nobody dies. */
    EQUIVALENCE,
    /**
     * The struck space may come to harm, no other: every thread of another space receives what it receives in the undisturbed run
     * under strict switching, and none of them dies.
     */
    CONTAINMENT
}
