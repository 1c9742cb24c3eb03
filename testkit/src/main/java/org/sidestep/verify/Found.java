package org.sidestep.verify;

import java.util.function.Consumer;

/**
 * What becomes of failures while trials are made.
 *
 * @param enough how many end it
 * @param told of each at once
 */
record Found(long enough, Consumer<Failure> told) {

    /** Of nobody's interest before the end. */
    static Found silently(long enough) {
        return new Found(enough, failure -> {});
    }
}
