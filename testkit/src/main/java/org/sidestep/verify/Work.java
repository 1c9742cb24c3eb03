package org.sidestep.verify;

/**
 * How much of a campaign: what there is to do, or what has been done.
 *
 * @param visits boundaries at which it is looked what can happen there, each as often as there are explorations
 * @param trials that are made there
 */
public record Work(long visits, long trials) {

    /** None. */
    public static final Work NONE = new Work(0, 0);

    /** Visits that take as long as a trial, about: where few trials are made they are most of it. */
    private static final double TRIAL = 20;

    /** Both. */
    public Work plus(Work other) {
        return new Work(visits + other.visits, trials + other.trials);
    }

    /** Which part of {@code all} this is, 0 to 1, by the time that it takes. */
    public double of(Work all) {
        return Math.min(1, amount() / Math.max(1, all.amount()));
    }

    private double amount() {
        return trials + visits / TRIAL;
    }
}
