package org.sidestep.verify.x2;

import java.util.Set;
import java.util.TreeSet;
import org.sidestep.x2.Time;

/**
 * X.2 reference manual, "Time": what points in time mean as timeouts of one Ipc, in microseconds of the clock. Of all moments with the same
 * low bits the nearest is meant when the Ipc begins, for both phases.
 *
 * @param send for the send phase
 * @param receive for the receive phase
 */
record Moments(double send, double receive) {

    /** No point in time. */
    static final Moments NONE = new Moments(Actor.NEVER, Actor.NEVER);

    /** One that has passed: as good as a timeout of zero. */
    static final double PASSED = Double.NEGATIVE_INFINITY;

    /** How exactly the beginning of an Ipc is known beside the events that it lies between. */
    private static final double EDGE = 2;

    /** What a timeout may mean if its Ipc begins between two moments; of one that is no point, NEVER. */
    static Set<Double> of(int timeout, double from, double to) {
        if (!isPoint(timeout)) return Set.of(Actor.NEVER);
        Set<Double> moments = new TreeSet<>();
        for (double begin : new double[] {from - EDGE, to + EDGE}) {
            double nearest = nearest(timeout, begin);
            if (nearest > from) moments.add(nearest);
            if (nearest <= to + EDGE) moments.add(PASSED);
        }
        return moments;
    }

    /** Of a period. */
    static double micros(int period) {
        return Math.scalb((double) (period & Time.MANTISSA), period >>> Time.EXPONENT_SHIFT);
    }

    static boolean isPoint(int timeout) {
        return (timeout & Time.POINT) != 0;
    }

    private static double nearest(int point, double moment) {
        double grain = Math.scalb(1.0, point >>> Time.POINT_EXPONENT_SHIFT & Time.POINT_EXPONENT);
        double cycle = (Time.POINT_BITS + 1) * grain;
        double ahead = ((point & Time.POINT_BITS) * grain - moment) % cycle;
        if (ahead < 0) ahead += cycle;
        return moment + (ahead >= cycle / 2 ? ahead - cycle : ahead);
    }
}
