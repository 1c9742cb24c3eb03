package org.sidestep.verify;

import java.util.Optional;
import org.sidestep.verification.Promise;

/**
 * What must hold of a struck run.
 *
 * @param alike with {@link Promise#LIKENESS}: what all threads receive under strict switching that is struck alike, if that is known
 */
record Expected(Promise promise, Optional<Promised> alike) {

    /** Of one that nothing is to be like. */
    static Expected of(Promise promise) {
        return new Expected(promise, Optional.empty());
    }
}
