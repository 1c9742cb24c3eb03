package org.sidestep.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What running a {@link Cell} gave.
 *
 * @param reason why the status is not {@link Status#OK}, else empty; its first line says it all in short
 * @param image SHA-256 of the boot image, empty if none could be assembled
 * @param figures of the processor on which what was measured may rest: the run has asked for them, and those whose charges the
 *     model counts were charged while it measured. What only the start was charged with moves no more than when the timer ticks
 */
public record CellResult(
        Status status, String reason, String image, Metrics metrics, Timeline timeline, SortedSet<String> figures) {

    private static final SortedSet<String> NONE = Collections.emptySortedSet();

    public CellResult {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(metrics, "metrics");
        Objects.requireNonNull(timeline, "timeline");
        figures = Collections.unmodifiableSortedSet(new TreeSet<>(figures));
    }

    /** How a run ended. */
    public enum Status {
        @JsonProperty("ok")
        OK("ok"),
        /** The guest failed: it ended with a code other than 0, stopped for good, or was never measured. */
        @JsonProperty("failed")
        FAILED("failed"),
        /** The guest did not end within the cycle limit. */
        @JsonProperty("limit")
        LIMIT("limit"),
        /** The plugins of this cell do not go together. */
        @JsonProperty("not-applicable")
        NOT_APPLICABLE("not-applicable");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** A cell without measurements. */
    public static CellResult without(Status status, String reason, String image) {
        return new CellResult(status, reason, image, Metrics.NONE, Timeline.EMPTY, NONE);
    }

    /** The same with another timeline. */
    public CellResult with(Timeline other) {
        return new CellResult(status, reason, image, metrics, other, figures);
    }

    public boolean ok() {
        return status == Status.OK;
    }

    /** The first line of the reason. */
    public String shortReason() {
        return reason.lines().findFirst().orElse("");
    }
}
