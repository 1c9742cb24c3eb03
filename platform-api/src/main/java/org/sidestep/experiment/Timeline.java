package org.sidestep.experiment;

import java.util.List;

/** Who ran when, in the first rounds of the measured interval; cycles count from its begin. */
public record Timeline(List<Slice> slices) {

    public static final Timeline EMPTY = new Timeline(List.of());

    /**
     * A stretch of time in which nothing changed.
     *
     * @param from first cycle
     * @param to cycle after the last
     * @param kernel whether kernel code was executed
     * @param thread the thread that executed (in the kernel: on whose behalf it was entered)
     * @param believed the thread that the kernel took for the current one
     */
    public record Slice(long from, long to, boolean kernel, String thread, String believed) {}
}
