package org.sidestep.lab.calibrate;

import java.util.Comparator;
import java.util.List;

/**
 * The absolute relative errors of one kind of rows.
 *
 * @param figures how many
 * @param ninetieth the smallest error that a tenth of them exceeds at most
 * @param withinTenth share of those that are at most 10 % off
 */
public record Errors(int figures, double mean, double median, double ninetieth, double withinTenth) {

    /** The smallest error first. */
    public static final Comparator<Comparison> BY_ERROR =
            Comparator.comparingDouble(figure -> Math.abs(figure.error()));

    static final double TENTH = 0.10;

    /** @param figures at least one */
    public static Errors of(List<Comparison> figures) {
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
        return new Errors(count, sum / count, rank(errors, 0.5), rank(errors, 0.9), (double) within / count);
    }

    /** The smallest error that is not exceeded by that share of all. */
    private static double rank(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
