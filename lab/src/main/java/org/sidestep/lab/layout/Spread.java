package org.sidestep.lab.layout;

import java.util.Collection;
import java.util.Collections;

/**
 * Between which values something lies over all layouts.
 *
 * @param low the least of them
 * @param high the greatest
 */
public record Spread(double low, double high) {

    /** That of values, of which there is at least one. */
    public static Spread of(Collection<Double> values) {
        return new Spread(Collections.min(values), Collections.max(values));
    }

    /** Whether a value lies in it. */
    public boolean holds(double value) {
        return low <= value && value <= high;
    }

    /** Whether some value lies in both: then layouts alone can make what they are of look alike. */
    public boolean meets(Spread other) {
        return low <= other.high && other.low <= high;
    }
}
