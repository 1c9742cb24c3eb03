package org.sidestep.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/**
 * Trials with several strikes at random places: beyond pairs there are too many to try all. After Burckhardt et al., "A
 * Randomized Scheduler with Probabilistic Guarantees of Finding Bugs": places are drawn so that how probable it is to miss a
 * fault can be said.
 *
 * @param depth strikes of a trial
 * @param count trials on each course
 */
public record Sample(Disturbance disturbance, int depth, long seed, int count) implements Trials {

    @Override
    public String name() {
        return String.format(Locale.ROOT, "%d of %s at random", depth, disturbance.id());
    }

    @Override
    public int parts(int boundaries) {
        return count;
    }

    @Override
    public Agenda agenda(Lane lane) {
        int[] strikes = new int[count];
        if (!places(lane).isEmpty()) Arrays.fill(strikes, 1);
        return Agenda.ofSingles(strikes);
    }

    /** Where a strike may fall: none on a round that is not interruptible anywhere at user level. */
    private static List<Boundary> places(Lane lane) {
        return lane.boundaries().stream()
                .filter(boundary -> boundary.user() && boundary.interruptible())
                .toList();
    }

    /**
     * How probable it is at least that so many trials find a fault which shows if strikes fall at certain places, as many as a
     * trial has, of so many: one trial draws just these, in any order, with depth! / places ^ depth.
     */
    public double chance(long places, long trials) {
        double one = 1;
        for (int i = 1; i <= depth; i++) one *= (double) i / places;
        return -Math.expm1(trials * Math.log1p(-Math.min(one, 1)));
    }

    @Override
    public Tally explore(Lane lane, int from, int to, Chosen chosen, Found found) {
        List<Boundary> places = places(lane);
        Count count = new Count(lane, found);
        if (from == 0 && chosen.visits(0)) places.forEach(count::at);
        for (int i = from; i < to && !places.isEmpty() && !count.enough(); i++)
            if (chosen.has(i, 0)) trial(lane, places, new SplittableRandom(seed + i).split(), count);
        return count.tally();
    }

    private void trial(Lane lane, List<Boundary> places, SplittableRandom random, Count count) {
        int[] chosen = random.ints(depth, 0, places.size()).sorted().toArray();
        Boundary first = places.get(chosen[0]);
        List<Blow> blows = new ArrayList<>();
        Promise promise = Promise.EQUIVALENCE;
        lane.goTo(first);
        for (int i = 0; i < depth; i++) {
            Boundary here = i == 0 ? first : lane.next(chosen[i] - chosen[i - 1]);
            if (here == null) break;
            List<Strike> strikes = lane.strikes(disturbance, here);
            if (strikes.isEmpty()) continue;
            Strike strike = strikes.get(random.nextInt(strikes.size()));
            blows.add(lane.blow(here, disturbance, strike));
            strike.deed().accept(lane.machine());
            promise = strike.promise();
        }
        count.trial(first, lane.fallen(blows, promise, disturbance));
    }
}
