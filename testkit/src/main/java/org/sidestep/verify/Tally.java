package org.sidestep.verify;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;

/**
 * What a part of an exploration came to. Two tallies add up to that of both, whichever comes first.
 *
 * @param boundaries at which something was tried
 * @param waiting boundaries of these at which interrupts are off
 * @param trials runs that were struck
 * @param failed those of them that broke their promise
 * @param failures the first of each kind, in order
 * @param kinds how many failed in which way
 * @param struck how often the instruction at an address was struck
 * @param survived how often the run kept its promise then
 * @param states hashes of the states that disturbed runs came to at the kernel's next exit, or at their next message if that
 *     came first: memory and registers, whatever the clock; ascending
 * @param longest the longest time with interrupts off, up to there and in the undisturbed run
 */
public record Tally(
        long boundaries,
        long waiting,
        long trials,
        long failed,
        List<Failure> failures,
        Map<Failure.Kind, Long> kinds,
        Map<Integer, Long> struck,
        Map<Integer, Long> survived,
        List<Long> states,
        Stretch longest) {

    /** Of nothing. */
    public static final Tally NONE =
            new Tally(0, 0, 0, 0, List.of(), Map.of(), Map.of(), Map.of(), List.of(), Stretch.NONE);

    /** Of a run that fails although nothing disturbs it. */
    static Tally undisturbed(Failure failure) {
        return new Tally(
                0, 0, 1, 1, List.of(failure), Map.of(failure.kind(), 1L), Map.of(), Map.of(), List.of(), Stretch.NONE);
    }

    /** This one and that of another part. */
    public Tally plus(Tally other) {
        return new Tally(
                boundaries + other.boundaries,
                waiting + other.waiting,
                trials + other.trials,
                failed + other.failed,
                firstOfEach(failures, other.failures),
                sum(new EnumMap<>(Failure.Kind.class), kinds, other.kinds),
                sum(byAddress(), struck, other.struck),
                sum(byAddress(), survived, other.survived),
                union(states, other.states),
                longest.or(other.longest));
    }

    /** The same with these failures. */
    Tally with(List<Failure> others) {
        return new Tally(boundaries, waiting, trials, failed, others, kinds, struck, survived, states, longest);
    }

    /** Whoever has found them, those that were struck earliest. */
    private static List<Failure> firstOfEach(List<Failure> some, List<Failure> others) {
        Map<Failure.Kind, Failure> first = new LinkedHashMap<>();
        BinaryOperator<Failure> earlier = (one, other) -> other.struck() < one.struck() ? other : one;
        for (List<Failure> all : List.of(some, others))
            for (Failure failure : all) first.merge(failure.kind(), failure, earlier);
        return first.values().stream()
                .sorted(Comparator.comparing(Failure::struck))
                .toList();
    }

    private static Map<Integer, Long> byAddress() {
        return new TreeMap<>(Integer::compareUnsigned);
    }

    private static <K> Map<K, Long> sum(Map<K, Long> sum, Map<K, Long> some, Map<K, Long> others) {
        sum.putAll(some);
        others.forEach((key, count) -> sum.merge(key, count, Long::sum));
        return sum;
    }

    private static List<Long> union(List<Long> some, List<Long> others) {
        TreeSet<Long> all = new TreeSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
