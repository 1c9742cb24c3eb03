package org.sidestep.lab.run;

import java.util.Arrays;
import java.util.Optional;
import org.sidestep.experiment.Distribution;

/** A growing list of measured cycles. */
final class Samples {

    private long[] values = new long[64];
    private int count;

    void add(long value) {
        if (count == values.length) values = Arrays.copyOf(values, 2 * count);
        values[count++] = value;
    }

    Optional<Distribution> distribution(int parts) {
        return count == 0 ? Optional.empty() : Optional.of(Distribution.of(Arrays.copyOf(values, count), parts));
    }
}
