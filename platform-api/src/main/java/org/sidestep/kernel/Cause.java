package org.sidestep.kernel;

import java.util.Locale;

/**
 * What a cycle was spent on: the lines of a cycle bill. A kernel attributes every instruction that it emits to one of the
 * first group; what the processor loses in its course goes to the second.
 */
public enum Cause {
    // spotless:off
    WORKLOAD("user workload"),
    USER_STUB("user stub"),
    TRAP("trap entry and exit"),
    VALIDATION("validation"),
    LOOKUP("lookup"),
    QUEUES("thread state and queues"),
    SCHEDULER("scheduler"),
    REGISTERS("register save and restore"),
    ADDRESS_SPACE("address-space switch"),
    MESSAGE("message copy"),
    FIXUP("fix-up"),
    KERNEL("other kernel"),

    TLB_REFILL("TLB refill"),
    CACHE_REFILL("cache refill"),
    MISPREDICTION("mispredictions"),
    IDLE("idle");
    // spotless:on

    private final String title;

    Cause(String title) {
        this.title = title;
    }

    /** How a report heads it. */
    public String title() {
        return title;
    }

    /** How metrics name it, for example {@code tlb-refill}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The cause of a {@link #word}, for instructions that no kernel has attributed. */
    public static Cause of(String word, Cause otherwise) {
        for (Cause cause : values()) if (cause.word().equals(word)) return cause;
        return otherwise;
    }
}
