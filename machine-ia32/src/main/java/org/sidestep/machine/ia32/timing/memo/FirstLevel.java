package org.sidestep.machine.ia32.timing.memo;

import org.sidestep.machine.ia32.timing.lookup.Cache;
import org.sidestep.machine.ia32.timing.lookup.Forwarding;

/** The first-level caches of a pipeline, asked for what they have: what they have not is reported in the usual way then. */
public interface FirstLevel {

    /** Whether no access, walk or delay is half done. */
    boolean isAtRest();

    /** A block begins, and only the last so many stores, and lines that were asked for, matter to it. */
    void limit(int pendingStores, int pendingLines);

    /** Whether the line around an address has been asked for and may not be there yet. */
    boolean isInFlight(int physical);

    /** Lines of code; one that is the most recent of its set need not be asked for: {@link #fetched}. */
    Cache code();

    /** Lines of data; one that is the most recent of its set need not be asked for, if no line is in flight. */
    Cache data();

    /** Stores that loads may depend on; null if loads wait for none. Such a cache takes at once only what lies in one word. */
    Forwarding forwarding();

    /** A line of code has been fetched, which was there. Physical address. */
    void fetched(int line);

    /** Fetches a line of code if it is there; nothing has happened otherwise. Physical address. */
    boolean fetchAtOnce(int line);

    /**
     * Loads what is there.
     *
     * @return the stores that it depends on ({@code Forwarding}); negative, and nothing has happened, if it is not there
     */
    int loadAtOnce(int physical, int bytes);

    /**
     * Stores if the line is there; nothing has happened otherwise.
     *
     * @param sends whether to send the store too, so that loads may depend on it
     */
    boolean storeAtOnce(int physical, int bytes, boolean sends);

    /**
     * Reads, and perhaps writes, an entry of a page table if it is there.
     *
     * @return the cycles that the walk takes for it; negative, and nothing has happened, if it is not there
     */
    int walkAtOnce(int entry, boolean instructionSide, boolean written);

    /** Whether the stores of an instruction that is part of an event are sent. */
    boolean sendsEventful();

    /** Enters a line of code that has been fetched at once among the outcomes. */
    default void enterFetch() {}

    /** Likewise a load. */
    void enterLoad(int sources, int physical, int bytes);

    /** Likewise a store. */
    void enterStore(int physical);

    /** Likewise a walk that took its time: before the access that is entered next, or before the first instruction. */
    void enterWalk(boolean instructionSide);

    /** Where memory was accessed last before a block, if its first instruction may have to do with that. */
    default int before() {
        return 0;
    }

    /** The last instruction of a block that has been reported at once accessed memory here, and the next one may have to do with that. */
    default void carry(int physical) {}
}
