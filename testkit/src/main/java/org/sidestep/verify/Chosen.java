package org.sidestep.verify;

import java.util.List;
import java.util.Optional;

/** Which trials of an exploration are made. */
interface Chosen {

    /** All of them, of which nothing is known before. */
    Chosen ALL = new Chosen() {
        @Override
        public boolean visits(int part) {
            return true;
        }

        @Override
        public boolean strikes(int part) {
            return true;
        }

        @Override
        public boolean has(int part, int strike) {
            return true;
        }

        @Override
        public Optional<List<Boundary>> seconds(int part, int strike) {
            return Optional.empty();
        }
    };

    /** Whether a part is counted with them, of all in which it is looked what can happen there. */
    boolean visits(int part);

    /** Whether there may be any at a part. */
    boolean strikes(int part);

    /** @param strike its number among those of the part, from 0 */
    boolean has(int part, int strike);

    /** Where second strikes fall behind one, if that is known. */
    Optional<List<Boundary>> seconds(int part, int strike);
}
