package org.sidestep.lab.run;

import java.util.Optional;
import org.sidestep.plugin.WholeNumber;

/**
 * A stretch of a run.
 *
 * @param from without it, the begin of measuring
 * @param to without it, the end of measuring
 */
public record Span(Optional<Moment> from, Optional<Moment> to) {

    /** From the begin to the end of measuring. */
    public static final Span MEASURED = new Span(Optional.empty(), Optional.empty());

    /** Between two cycles of the clock. */
    public static Span between(long from, long to) {
        return new Span(Optional.of(new Moment(from, false)), Optional.of(new Moment(to, false)));
    }

    /**
     * A cycle.
     *
     * @param measured whether it is counted from the begin of measuring, as timelines do, or from the machine's start
     */
    public record Moment(long cycle, boolean measured) {

        /** A number, behind a plus sign if it is counted from the begin of measuring; nothing if {@code text} is none. */
        public static Optional<Moment> parse(String text) {
            boolean measured = text.startsWith("+");
            return WholeNumber.parse(measured ? text.substring(1) : text).stream()
                    .filter(cycle -> cycle >= 0)
                    .mapToObj(cycle -> new Moment(cycle, measured))
                    .findFirst();
        }

        /** On the clock, where measuring began at {@code begin}. */
        public long on(long begin) {
            return measured ? begin + cycle : cycle;
        }

        /** Whether the clock has come to it; {@code begin} is negative before measuring has begun. */
        public boolean isReached(long now, long begin) {
            return !(measured && begin < 0) && now >= on(begin);
        }

        /** As {@link #parse} reads it. */
        @Override
        public String toString() {
            return (measured ? "+" : "") + cycle;
        }
    }
}
