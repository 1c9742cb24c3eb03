package org.sidestep.lab.calibrate;

/**
 * One figure.
 *
 * @param column L for latency, T for reciprocal throughput
 */
public record Comparison(Kind kind, String row, String column, double predicted, double measured) {

    /** Relative, negative if the model is faster than the part. */
    public double error() {
        return (predicted - measured) / measured;
    }

    /** Whether it is at most 10 % off. */
    public boolean isWithinTenth() {
        return Math.abs(error()) <= Errors.TENTH;
    }
}
