package org.sidestep.lab.calibrate;

/**
 * One figure.
 *
 * @param column L for latency, T for reciprocal throughput
 */
record Comparison(Kind kind, String row, String column, double predicted, double measured) {

    /** Relative, negative if the model is faster than the part. */
    double error() {
        return (predicted - measured) / measured;
    }
}
