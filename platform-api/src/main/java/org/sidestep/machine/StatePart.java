package org.sidestep.machine;

/** A part of a machine's state that {@link Debugger#hash} can look at by itself. */
public enum StatePart {
    /** Physical memory. */
    MEMORY,
    /** All registers of the processor. */
    PROCESSOR,
    /**
     * What the TLBs hold. Where software invalidates as it must, this changes only when things happen; stale entries are
     * seen by no other part.
     */
    TRANSLATIONS,
    /**
     * The devices, media included, what the guest has printed, and inputs that are still to come. When a device acts next
     * is part of it, in cycles since reset.
     */
    DEVICES,
    /** Clock, caches, predictors, and all counts of events and instructions: what says when, and not what. */
    CLOCK
}
