package org.sidestep.verify;

import java.util.List;

/**
 * Who ran where around a failure's blows, in the undisturbed run and in the struck one. They begin alike.
 *
 * @param undisturbed in order
 * @param struck in order
 */
public record Timeline(List<Span> undisturbed, List<Span> struck) {

    static final Timeline NONE = new Timeline(List.of(), List.of());

    /**
     * A time in which one thread runs at one level; or a blow, which has no instructions.
     *
     * @param cycle at which it begins
     * @param thread by name; of a blow nothing
     * @param where {@code user}, {@code stub} or {@code kernel}; of a blow what struck
     * @param place its first instruction
     * @param instructions how many it has
     */
    public record Span(long cycle, String thread, String where, String place, long instructions) {

        public boolean isBlow() {
            return thread.isEmpty();
        }
    }
}
