package org.sidestep.machine;

import java.util.Comparator;

/**
 * A place in a run, between two instructions. A machine that is given the same inputs at the same moments passes through
 * the same states.
 *
 * @param instructions completed since reset
 * @param cycles since reset: time passes without instructions while the processor is halted
 * @param deliveries interrupts and exceptions delivered since reset, which need no time on some CPU models
 */
public record Moment(long instructions, long cycles, long deliveries) implements Comparable<Moment> {
    private static final Comparator<Moment> ORDER = Comparator.comparingLong(Moment::instructions)
            .thenComparingLong(Moment::cycles)
            .thenComparingLong(Moment::deliveries);

    /** As soon as so many instructions have completed. */
    public static Moment atInstruction(long instructions) {
        return new Moment(instructions, 0, 0);
    }

    /** Whether a run that is at {@code now} has come to this moment. */
    public boolean isReachedAt(Moment now) {
        if (now.instructions != instructions) return now.instructions > instructions;
        return now.cycles >= cycles && now.deliveries >= deliveries;
    }

    @Override
    public int compareTo(Moment other) {
        return ORDER.compare(this, other);
    }
}
