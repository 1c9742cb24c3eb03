package org.sidestep.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a part of an exploration came to. Two tallies of neighbouring parts add up to that of both.
 *
 * @param boundaries at which something was tried
 * @param waiting boundaries of these at which interrupts are off
 * @param trials runs that were struck
 * @param failed those of them that broke their promise
 * @param failures the first of each kind, in order
 * @param struck how often the instruction at an address was struck
 * @param survived how often the run kept its promise then
 */
public record Tally(
        long boundaries,
        long waiting,
        long trials,
        long failed,
        List<Failure> failures,
        Map<Integer, Long> struck,
        Map<Integer, Long> survived) {

    static final Tally NONE = new Tally(0, 0, 0, 0, List.of(), Map.of(), Map.of());

    /** Of a run that fails although nothing disturbs it. */
    static Tally undisturbed(Failure failure) {
        return new Tally(0, 0, 1, 1, List.of(failure), Map.of(), Map.of());
    }

    /** This one and that of the part that follows it. */
    public Tally plus(Tally next) {
        List<Failure> first = new ArrayList<>(failures);
        for (Failure failure : next.failures) {
            if (first.stream().noneMatch(known -> known.kind() == failure.kind())) first.add(failure);
        }
        return new Tally(
                boundaries + next.boundaries,
                waiting + next.waiting,
                trials + next.trials,
                failed + next.failed,
                List.copyOf(first),
                sum(struck, next.struck),
                sum(survived, next.survived));
    }

    /** The same with these failures. */
    Tally with(List<Failure> others) {
        return new Tally(boundaries, waiting, trials, failed, others, struck, survived);
    }

    private static Map<Integer, Long> sum(Map<Integer, Long> some, Map<Integer, Long> others) {
        Map<Integer, Long> sum = new TreeMap<>(Integer::compareUnsigned);
        sum.putAll(some);
        others.forEach((address, count) -> sum.merge(address, count, Long::sum));
        return sum;
    }
}
