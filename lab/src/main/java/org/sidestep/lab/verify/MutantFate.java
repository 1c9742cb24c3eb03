package org.sidestep.lab.verify;

import org.sidestep.verify.mutation.Mutation;

/**
 * What became of a mutant.
 *
 * @param by of one that was caught: what failed first, {@code undisturbed} or a disturbance
 * @param trials how many it took, or how many it survived
 * @param detail what failed, or why it was refused
 * @param kernel digest of the one in which it was tried
 */
public record MutantFate(Mutation mutation, Fate fate, String by, long trials, String detail, String kernel) {

    /** In which way a mutant ends. */
    public enum Fate {
        /** A trial failed. */
        CAUGHT,
        /** It is no program, or the kernel would not be made of it. */
        REFUSED,
        /** No trial failed, and none but an attacker's comes to the instruction: the workloads do not use it. */
        UNREACHED,
        /** No trial failed. */
        SURVIVED,
        /** No trial failed of as many as were to be made. */
        UNDECIDED
    }

    /** What failed first if nothing had to happen for it. */
    static final String UNDISTURBED = "undisturbed";

    /** Whether the verdict is worth something against it. */
    public boolean isCaught() {
        return fate == Fate.CAUGHT || fate == Fate.REFUSED;
    }
}
