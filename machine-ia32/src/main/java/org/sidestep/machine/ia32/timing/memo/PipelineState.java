package org.sidestep.machine.ia32.timing.memo;

import java.util.Arrays;

/** A state that the pipeline has been in between two blocks, as a {@link StateVector}; immutable. */
final class PipelineState {

    private final int[] words;
    private final int hash;
    /** All that is under way is over so long after the floor. */
    final int horizon;
    /** The clock, relative to the floor. */
    final int clock;
    /** Stores that may still be in the store buffer. */
    final int pendingStores;
    /** Lines that may not be there yet. */
    final int pendingLines;

    PipelineState(int[] words, int horizon, int clock, int pendingStores, int pendingLines) {
        this.words = words;
        this.horizon = Math.max(horizon, clock);
        this.clock = clock;
        this.pendingStores = pendingStores;
        this.pendingLines = pendingLines;
        hash = 31 * Arrays.hashCode(words) + clock;
    }

    void copyTo(int[] array) {
        System.arraycopy(words, 0, array, 0, words.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PipelineState state && clock == state.clock && Arrays.equals(words, state.words);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
