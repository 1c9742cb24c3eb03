package org.sidestep.lab.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.sidestep.verify.Sample;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Trials;
import org.sidestep.verify.Verdict;

/**
 * What each exploration of a verdict came to over all courses.
 *
 * @param name of the exploration, or that nothing was disturbed
 * @param left chunks that were not tried
 * @param chance how probable it is at least that its trials find what it looks for, if they are drawn at random
 */
public record VerdictSums(String name, Trials exploration, Tally tally, int left, OptionalDouble chance) {

    /** In the order of explorations. */
    static List<VerdictSums> of(Verdict verdict) {
        Map<String, List<Verdict.Entry>> entries = new LinkedHashMap<>();
        for (Verdict.Entry entry : verdict.entries())
            entries.computeIfAbsent(entry.name(), name -> new ArrayList<>()).add(entry);
        return entries.values().stream().map(VerdictSums::sum).toList();
    }

    private static VerdictSums sum(List<Verdict.Entry> entries) {
        Tally tally =
                entries.stream().map(Verdict.Entry::tally).reduce(Tally::plus).orElseThrow();
        int left = entries.stream().mapToInt(Verdict.Entry::left).sum();
        Trials exploration = entries.get(0).exploration();
        OptionalDouble chance = exploration instanceof Sample sample
                ? entries.stream()
                        .map(Verdict.Entry::tally)
                        .filter(each -> each.boundaries() > 0)
                        .mapToDouble(each -> sample.chance(each.boundaries(), each.trials()))
                        .min()
                : OptionalDouble.empty();
        return new VerdictSums(entries.get(0).name(), exploration, tally, left, chance);
    }

    /** Whether none of it was tried, since something failed before or there was no time. */
    public boolean isLeftOut() {
        return left > 0 && tally.trials() == 0;
    }

    /**
     * With which probability as many trials, drawn from the same ones at random, would have found the rarest way to fail; of a
     * tally without failures, which part of the trials they would have made at all.
     */
    public OptionalDouble atRandom() {
        if (exploration instanceof Sample || tally.boundaries() == 0 || tally.trials() == 0)
            return OptionalDouble.empty();
        long rarest = tally.kinds().values().stream().min(Long::compare).orElse(1L);
        return OptionalDouble.of(-Math.expm1(tally.trials() * Math.log1p(-(double) rarest / tally.trials())));
    }
}
