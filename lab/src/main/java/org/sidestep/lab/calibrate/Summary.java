package org.sidestep.lab.calibrate;

import java.util.Comparator;
import java.util.List;

/** The absolute relative errors of one kind of rows. */
record Summary(int figures, double mean, double median, double ninetieth, double withinTenth) {

    static final Comparator<Comparison> BY_ERROR = Comparator.comparingDouble(figure -> Math.abs(figure.error()));

    private static final double TENTH = 0.10;

    /** @param figures at least one */
    static Summary of(List<Comparison> figures) {
        double[] errors = figures.stream()
                .mapToDouble(figure -> Math.abs(figure.error()))
                .sorted()
                .toArray();
        double sum = 0;
        int within = 0;
        for (double error : errors) {
            sum += error;
            if (error <= TENTH) within++;
        }
        int count = errors.length;
        return new Summary(count, sum / count, rank(errors, 0.5), rank(errors, 0.9), (double) within / count);
    }

    /** The smallest error that is not exceeded by that share of all. */
    private static double rank(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
