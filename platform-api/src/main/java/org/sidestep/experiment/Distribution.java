package org.sidestep.experiment;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Summary of many samples; median and p99 are samples themselves (nearest rank). */
@JsonPropertyOrder({"min", "median", "p99", "max", "mean", "count"})
public record Distribution(double min, double median, double p99, double max, double mean, long count) {

    /**
     * Summarises {@code samples}, of which there is at least one.
     *
     * @param parts each sample covers so many equal parts, and the summary is of one part
     */
    public static Distribution of(long[] samples, int parts) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        double p = parts;
        return new Distribution(
                sorted[0] / p,
                rank(sorted, 50) / p,
                rank(sorted, 99) / p,
                sorted[sorted.length - 1] / p,
                Arrays.stream(sorted).sum() / p / sorted.length,
                sorted.length);
    }

    private static long rank(long[] sorted, int percent) {
        return sorted[(int) Math.max(0, (sorted.length * (long) percent + 99) / 100 - 1)];
    }

    /** The parts by the name that follows the metric's own: {@code median} for {@code oneway.cycles.median}. */
    public Map<String, Double> parts() {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("min", min);
        parts.put("median", median);
        parts.put("p99", p99);
        parts.put("max", max);
        parts.put("mean", mean);
        parts.put("count", (double) count);
        return parts;
    }
}
